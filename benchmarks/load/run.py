#!/usr/bin/env python3
"""Side-by-side load test: the gateway and other proxies in front of one nginx backend, on loopback.

    benchmarks/load/run.py [--seconds 8] [--repeats 3] [--warmup 20] [--scenarios one,k1000] [--write]

Needs a JDK 25, Maven, Python 3, wrk, nginx, haproxy, taskset and two CPUs. Every proxy is pinned to CPU 0 with one
worker; wrk and the backend are pinned to CPU 1. All proxies stay up, runs alternate, and the median of the repeats is
printed. CPU per request is user and system time of the proxy's processes over the requests that wrk counted. Trust
the ratios within one run; absolute figures move with the machine. --write puts the result into benchmarks/RESULTS.md.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
HOME = HERE.parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
BACKEND_PORT = 18080
CONNECTIONS = 64
SCRIPT = "tokens.lua"


class Proxy:
    """A proxy under test: how it is started and where it listens."""

    def __init__(self, name, port, command, env=None):
        self.name, self.port, self.command, self.env = name, port, command, env or {}
        self.process = None

    def start(self, log):
        self.process = subprocess.Popen(
            ["taskset", "-c", "0", *self.command],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            env={**os.environ, **self.env}, start_new_session=True)

    def stop(self):
        stop(self.process)

    def tree(self):
        pids, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            pids.append(pid)
            for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                todo += [int(child) for child in task.read_text().split()]
        return pids

    def cpu_seconds(self):
        total = 0
        for pid in self.tree():
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def resident_mb(self):
        total = 0
        for pid in self.tree():
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            found = re.search(r"VmRSS:\s+(\d+)", status)
            total += int(found.group(1)) if found else 0
        return total / 1024


def stop(process):
    if process is None or process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


def need(*commands):
    missing = [command for command in commands if shutil.which(command) is None]
    if missing:
        sys.exit(f"run.py: missing: {', '.join(missing)} (expected: on the PATH; Debian packages of the same names)")


def free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"run.py: port {port} is taken (expected: free)")


def await_status(port, path, headers, expected, seconds=30):
    deadline = time.monotonic() + seconds
    status = None
    while time.monotonic() < deadline:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=2) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            status = None
        if status == expected:
            return
        time.sleep(0.1)
    sys.exit(f"run.py: port {port}: status {status} (expected: {expected} within {seconds} s)")


def version_of_gateway():
    finder = HOME / "bearward"
    shown = subprocess.run([finder, "version"], capture_output=True, text=True)
    if shown.returncode != 0:
        sys.exit(shown.stderr)
    return shown.stdout.strip()


def mint(directory, jdk):
    subprocess.run(["mvn", "-q", "-B", "-DskipTests", "-pl", "benchmarks", "package"], cwd=HOME, check=True)
    jar = HOME / "benchmarks/target/bearward-benchmarks.jar"
    subprocess.run([jdk, "-cp", jar, "dev.bearward.benchmarks.load.MintTokens", directory, "RS256", "1000", "k1000"],
                   check=True)
    lines = (directory / "k1000.txt").read_text().splitlines()
    (directory / "one.txt").write_text(lines[0] + "\n")
    return lines[0]


def jdk25():
    candidates = [os.environ.get("JAVA_HOME", ""), *map(str, pathlib.Path("/usr/lib/jvm").glob("*"))]
    for candidate in candidates:
        release = pathlib.Path(candidate) / "release"
        if candidate and release.is_file():
            found = re.search(r'JAVA_VERSION="?(\d+)', release.read_text())
            if found and int(found.group(1)) >= 25:
                return str(pathlib.Path(candidate) / "bin/java")
    sys.exit("run.py: no JDK 25 found (expected: in JAVA_HOME or /usr/lib/jvm)")


def fill(template, target, values):
    text = (HERE / template).read_text()
    for key, value in values.items():
        text = text.replace("@" + key + "@", str(value))
    target.write_text(text)
    return target


def wrk(port, tokens, seconds):
    out = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency",
         "-s", str(HERE / SCRIPT), f"http://127.0.0.1:{port}/api/appointments", "--", str(tokens)],
        capture_output=True, text=True, check=True).stdout
    found = re.search(r"^RESULT (.*)$", out, re.M)
    if not found:
        sys.exit("run.py: wrk printed no result:\n" + out)
    return json.loads(found.group(1))


def measure(proxy, tokens, seconds):
    before = proxy.cpu_seconds()
    result = wrk(proxy.port, tokens, seconds)
    cpu = proxy.cpu_seconds() - before
    if result["errors"]:
        sys.exit(f"run.py: {proxy.name}: {result['errors']} errors (expected: none)")
    return {"cpu_us": cpu * 1e6 / result["requests"], "rps": result["requests"] / result["seconds"],
            "p50_ms": result["p50_us"] / 1000, "p99_ms": result["p99_us"] / 1000, "p999_ms": result["p999_us"] / 1000,
            "rss_mb": proxy.resident_mb()}


def table(scenario, rows, base):
    lines = [f"### {scenario}", "",
             f"| proxy | CPU µs/request | ÷ {base} | requests/s | ÷ {base} | p50 ms | p99 ms | p99.9 ms | RSS MB |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for name, row in rows.items():
        lines.append(f"| {name} | {row['cpu_us']:.1f} | {row['cpu_us'] / rows[base]['cpu_us']:.2f} | {row['rps']:,.0f} | "
                     f"{row['rps'] / rows[base]['rps']:.2f} | {row['p50_ms']:.2f} | {row['p99_ms']:.2f} | "
                     f"{row['p999_ms']:.2f} | {row['rss_mb']:.0f} |")
    return "\n".join(lines) + "\n"


def machine():
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    version = lambda *command: (subprocess.run(command, capture_output=True, text=True).stdout
                                or subprocess.run(command, capture_output=True, text=True).stderr).splitlines()
    first = lambda lines: lines[0] if lines else "?"
    return [f"machine: {model.group(1) if model else '?'}, {os.cpu_count()} CPUs, Linux {os.uname().release}",
            "commit: " + first(version("git", "-C", str(HOME), "rev-parse", "--short", "HEAD")),
            "gateway: " + version_of_gateway().replace("\n", "; "),
            first(version("haproxy", "-v")), first(version("nginx", "-v")), first(version("wrk", "-v"))]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=int, default=8)
    arguments.add_argument("--warmup", type=int, default=20)
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--scenarios", default="one,k1000")
    arguments.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    need("wrk", "nginx", "haproxy", "taskset", "mvn")
    if os.cpu_count() < 2:
        sys.exit("run.py: 1 CPU (expected: at least 2)")
    for port in (BACKEND_PORT, 17001, 17002, 17003, 17091):
        free(port)
    about = machine()
    jdk = jdk25()
    work = pathlib.Path(tempfile.mkdtemp(prefix="bearward-load-"))
    log = open(work / "output.log", "wb")
    backend, proxies = None, []
    try:
        token = mint(work, jdk)
        values = {"BACKEND": BACKEND_PORT, "WORK": work, "JWKS": work / "jwks.json"}
        nginx_backend = fill("backend-nginx.conf", work / "backend.conf", values)
        backend = subprocess.Popen(["taskset", "-c", "1", "nginx", "-e", str(work / "backend.err"), "-c",
                                    str(nginx_backend), "-g", "daemon off;"],
                                   stdout=log, stderr=log, start_new_session=True)
        proxies = [
            Proxy("haproxy", 17002, ["haproxy", "-q", "-db", "-f", str(fill("haproxy.cfg", work / "haproxy.cfg", values))]),
            Proxy("nginx", 17003, ["nginx", "-e", str(work / "nginx.err"), "-c",
                                   str(fill("nginx.conf", work / "nginx.conf", values)), "-g", "daemon off;"]),
            Proxy("bearward", 17001, [str(HOME / "bearward"), "run", "-c",
                                      str(fill("bearward.yaml", work / "bearward.yaml", values))],
                  {"JAVA_HOME": str(pathlib.Path(jdk).parent.parent)}),
        ]
        for proxy in proxies:
            proxy.start(log)
        for proxy in proxies:
            await_status(proxy.port, "/api/appointments", {"Authorization": "Bearer " + token}, 200)
        await_status(17001, "/api/appointments", {}, 401)
        for proxy in proxies:
            wrk(proxy.port, work / "k1000.txt", options.warmup)
        report = []
        for scenario in options.scenarios.split(","):
            samples = {proxy.name: [] for proxy in proxies}
            for _ in range(options.repeats):
                for proxy in proxies:
                    samples[proxy.name].append(measure(proxy, work / f"{scenario}.txt", options.seconds))
            rows = {name: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
                    for name, runs in samples.items()}
            report.append(table(scenario, rows, "haproxy"))
            print(report[-1])
    except BaseException:
        log.flush()
        sys.stderr.write((work / "output.log").read_text(errors="replace")[-4000:])
        raise
    finally:
        for proxy in proxies:
            proxy.stop()
        stop(backend)
        log.close()
        shutil.rmtree(work, ignore_errors=True)
    if options.write:
        command = "benchmarks/load/run.py " + " ".join(sys.argv[1:])
        text = "# Results\n\nWarm authenticated requests beside proxies that check nothing (`benchmarks/load/run.py` says how).\n\n"
        text += f"- command: `{command}`\n" + "".join(f"- {line}\n" for line in about) + "\n" + "\n".join(report)
        (HOME / "benchmarks/RESULTS.md").write_text(text)


if __name__ == "__main__":
    main()
