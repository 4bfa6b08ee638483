"""What the load tests share: peers pinned to CPU 0, wrk and the backend on CPU 1, CPU time by process tree."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
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
    """A proxy under test: how it is started, where it listens, which tokens it can check, whether it speaks plain HTTP."""

    def __init__(self, name, port, command, env=None, tls_port=None, plain=True, checks=True, algorithms=("RS256", "ES256")):
        self.name, self.port, self.command, self.env = name, port, command, env or {}
        self.tls_port, self.plain, self.checks, self.algorithms = tls_port, plain, checks, algorithms
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
        sys.exit(f"missing: {', '.join(missing)} (expected: on the PATH; Debian packages of the same names)")


def free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"port {port} is taken (expected: free)")


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
    sys.exit(f"port {port}: status {status} (expected: {expected} within {seconds} s)")


def version_of_gateway():
    finder = HOME / "bearward"
    shown = subprocess.run([finder, "version"], capture_output=True, text=True)
    if shown.returncode != 0:
        sys.exit(shown.stderr)
    return shown.stdout.strip()


def jdk25():
    candidates = [os.environ.get("JAVA_HOME", ""), *map(str, pathlib.Path("/usr/lib/jvm").glob("*"))]
    for candidate in candidates:
        release = pathlib.Path(candidate) / "release"
        if candidate and release.is_file():
            found = re.search(r'JAVA_VERSION="?(\d+)', release.read_text())
            if found and int(found.group(1)) >= 25:
                return str(pathlib.Path(candidate) / "bin/java")
    sys.exit("no JDK 25 found (expected: in JAVA_HOME or /usr/lib/jvm)")


def fill(template, target, values):
    text = (HERE / template).read_text()
    for key, value in values.items():
        text = text.replace("@" + key + "@", str(value))
    target.write_text(text)
    return target


def wrk(port, tokens, seconds, connections=None, path="/api/appointments", scheme="http", offset=0):
    """Loads with wrk; the result counts answers other than 2xx as `refused`, all else that went wrong as `errors`."""
    out = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections or CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "10s",
         "-s", str(HERE / SCRIPT), f"{scheme}://127.0.0.1:{port}{path}", "--", str(tokens), str(offset)],
        capture_output=True, text=True, check=True).stdout
    found = re.search(r"^RESULT (.*)$", out, re.M)
    if not found:
        sys.exit("wrk printed no result:\n" + out)
    return json.loads(found.group(1))


def measure(proxy, tokens, seconds, refused=False, **load):
    """One run of wrk and what it cost; with `refused` every answer has to be a refusal, otherwise none."""
    before = proxy.cpu_seconds()
    result = wrk(proxy.port, tokens, seconds, **load)
    cpu = proxy.cpu_seconds() - before
    unexpected = result["errors"] + (result["requests"] - result["refused"] if refused else result["refused"])
    if unexpected:
        sys.exit(f"{proxy.name}: {unexpected} of {result['requests']} unexpected answers or errors (expected: none)")
    return figures(proxy, cpu, result)


def figures(proxy, cpu, result):
    return {"cpu_us": cpu * 1e6 / result["requests"], "rps": result["requests"] / result["seconds"],
            "p50_ms": result["p50_us"] / 1000, "p99_ms": result["p99_us"] / 1000, "p999_ms": result["p999_us"] / 1000,
            "rss_mb": proxy.resident_mb()}


def machine():
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    version = lambda *command: (subprocess.run(command, capture_output=True, text=True).stdout
                                or subprocess.run(command, capture_output=True, text=True).stderr).splitlines()
    first = lambda lines: lines[0] if lines else "?"
    return [f"machine: {model.group(1) if model else '?'}, {os.cpu_count()} CPUs, Linux {os.uname().release}",
            "commit: " + first(version("git", "-C", str(HOME), "rev-parse", "--short", "HEAD")),
            "gateway: " + version_of_gateway().replace("\n", "; "),
            *(first(version(*command)) for command in (("haproxy", "-v"), ("nginx", "-v"), ("wrk", "-v"), ("h2load", "--version"))
              if shutil.which(command[0]))]

