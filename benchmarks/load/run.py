#!/usr/bin/env python3
"""Side-by-side load test: the gateway and other proxies in front of one nginx backend, on loopback.

    benchmarks/load/run.py [--scenarios one,k1000,…] [--seconds 6] [--repeats 3] [--warmup 20] [--touch 8] [--write]

Needs a JDK 25, Maven, Python 3, a C compiler, openssl, taskset, two CPUs, and of Debian: wrk nginx haproxy nghttp2-client
libnginx-mod-http-lua lua-luaossl lua-cjson lua-resty-lrucache. Every proxy is pinned to CPU 0 with one worker; the load and
the backend are pinned to CPU 1. All proxies stay up, runs alternate, and the median of the repeats is printed. CPU per
request is user and system time of the proxy's processes over the requests that were answered. Trust the ratios within one
run; absolute figures move with the machine. Who cannot run here is named. --write puts the result into
benchmarks/RESULTS.md and its charts into benchmarks/charts.
"""

import argparse
import pathlib
import random
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import harness
import peers
import plot
from targets import targets

LARGE = "/api/appointments/large"
COLD = 120_000


class Scenario:
    """One kind of load.

    about: what it is; tokens: the file they come from; who: which proxies take part; load: more for wrk
    """

    def __init__(self, about, tokens, who=lambda proxy: proxy.plain, measure=None, base="haproxy", **load):
        self.about, self.tokens, self.who, self.base, self.load = about, tokens, who, base, load
        self.measure = measure or self.by_wrk

    def by_wrk(self, proxy, work, seconds):
        offset = random.randrange(COLD) if self.tokens.startswith("cold") else 0
        return harness.measure(proxy, work / f"{self.tokens}.txt", seconds, offset=offset, **self.load)


def by_wrk_tls(proxy, work, seconds):
    port, proxy.port = proxy.port, proxy.tls_port
    try:
        return harness.measure(proxy, work / "k1000.txt", seconds, scheme="https")
    finally:
        proxy.port = port


def h2load(proxy, work, seconds, *options, uri):
    token, log = (work / "one.txt").read_text().strip(), work / "h2load.log"
    log.unlink(missing_ok=True)
    before = proxy.cpu_seconds()
    out = subprocess.run(["taskset", "-c", "1", "h2load", "-t1", "-D", str(seconds), f"--log-file={log}", *options,
                          "-H", f"authorization: Bearer {token}", uri], capture_output=True, text=True, check=True).stdout
    cpu = proxy.cpu_seconds() - before
    done = int(re.search(r"(\d+) 2xx, ", out).group(1))
    wrong = [int(number) for number in re.search(r"(\d+) failed, (\d+) errored", out).groups()]
    rows = [line.split("\t") for line in log.read_text().splitlines()]
    times = sorted(int(row[2]) for row in rows if row[1] == "200")
    if done == 0 or any(wrong):
        sys.exit(f"{proxy.name}: {out} (expected: 2xx only)")
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))]
    return harness.figures(proxy, cpu, {"requests": done, "seconds": seconds, "p50_us": at(0.5), "p99_us": at(0.99),
                                        "p999_us": at(0.999)})


def by_http2(proxy, work, seconds):
    return h2load(proxy, work, seconds, "-c16", "-m8", uri=f"https://127.0.0.1:{proxy.tls_port}/api/appointments")


def at_12000(proxy, work, seconds):
    return h2load(proxy, work, seconds, "--h1", "-c60", "--rps=200", uri=f"http://127.0.0.1:{proxy.port}/api/appointments")


def beside_idle(proxy, work, seconds):
    """With 10,000 connections open, of which 64 send requests."""
    idle = [socket.create_connection(("127.0.0.1", proxy.port), 10) for _ in range(10_000 - harness.CONNECTIONS)]
    try:
        return harness.measure(proxy, work / "k1000.txt", seconds)
    finally:
        for one in idle:
            one.close()


def checks(algorithm):
    return lambda proxy: proxy.plain and proxy.checks and algorithm in proxy.algorithms


SCENARIOS = {
    "one": Scenario("one token, seen before", "one"),
    "k1000": Scenario("1,000 tokens in turn, seen before", "k1000"),
    "cold-rs256": Scenario("RS256 tokens that were not seen before", "cold-RS256", checks("RS256"), base="haproxy-jwt"),
    "cold-es256": Scenario("ES256 tokens that were not seen before", "cold-ES256", checks("ES256"), base="haproxy-jwt"),
    "bad": Scenario("RS256 tokens with a broken signature, refused", "bad", checks("RS256"), base="haproxy-jwt", refused=True),
    "paced": Scenario("one token at a fixed 12,000 requests/s (HTTP/1.1, 60 connections)", "one",
                      lambda proxy: proxy.plain and proxy.name not in ("spring",), at_12000),
    "c1": Scenario("1,000 tokens, 1 connection", "k1000", connections=1),
    "c1000": Scenario("1,000 tokens, 1,000 connections", "k1000", connections=1000),
    "idle10000": Scenario("1,000 tokens, 64 connections, beside 9,936 that are open and idle", "k1000",
                          lambda proxy: proxy.name in ("nginx", "bearward"), beside_idle, base="nginx"),
    "body": Scenario("1,000 tokens, responses of 1 MiB", "k1000", path=LARGE, connections=8),
    "tls": Scenario("1,000 tokens over TLS 1.3, HTTP/1.1", "k1000", lambda proxy: proxy.tls_port, by_wrk_tls),
    "h2": Scenario("one token over TLS 1.3, HTTP/2, 16 connections of 8 streams", "one", lambda proxy: proxy.tls_port, by_http2),
}


def mint(work, jdk, names):
    subprocess.run(["mvn", "-q", "-B", "-Dmaven.test.skip=true", "-pl", "gateway,benchmarks", "package"], cwd=harness.HOME, check=True)
    target = harness.HOME / "benchmarks/target"

    def tokens(algorithm, count, name):
        subprocess.run([jdk, "-cp", f"{target}/bearward-benchmarks.jar:{target}/lib/*",
                        "dev.bearward.benchmarks.load.MintTokens", work, algorithm, str(count), name], check=True)

    tokens("RS256", 1000, "k1000")
    tokens("ES256", 1, "es256")
    lines = (work / "k1000.txt").read_text().splitlines()
    (work / "one.txt").write_text(lines[0] + "\n")
    with open(work / "bad.txt", "w") as bad:
        for line in lines:
            body, _, signature = line.rpartition(".")
            bad.write(f"{body}.{'AAAA' if not signature.startswith('AAAA') else 'BBBB'}{signature[4:]}\n")
    for algorithm in ("RS256", "ES256"):
        if f"cold-{algorithm.lower()}" in names:
            tokens(algorithm, COLD, f"cold-{algorithm}")
    return lines[0]


def certificate(work):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,DNS:api.example.com,IP:127.0.0.1",
                    "-keyout", work / "tls.key", "-out", work / "tls.crt"], check=True, capture_output=True)
    (work / "tls.pem").write_text((work / "tls.crt").read_text() + (work / "tls.key").read_text())


def first_200(proxy, token, log):
    """Milliseconds from the start of the process to its first answer of 200."""
    request = (f"GET /api/appointments HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer {token}\r\n"
               "Connection: close\r\n\r\n").encode()
    begin = time.monotonic()
    proxy.start(log)
    while time.monotonic() - begin < 60:
        try:
            with socket.create_connection(("127.0.0.1", proxy.port), 1) as one:
                one.sendall(request)
                if one.recv(4096).startswith(b"HTTP/1.1 200"):
                    return (time.monotonic() - begin) * 1000
        except OSError:
            pass
        time.sleep(0.003)
    sys.exit(f"{proxy.name}: no 200 within 60 s")


def start_up(found, token, log, repeats):
    rows = {}
    for proxy in found:
        if not proxy.plain:
            continue
        times = []
        for _ in range(repeats):
            times.append(first_200(proxy, token, log))
            proxy.stop()
        rows[proxy.name] = statistics.median(times)
    return rows


def table(name, scenario, rows):
    base = scenario.base
    lines = [f"### {name}: {scenario.about}", "",
             f"| proxy | CPU µs/request | ÷ {base} | requests/s | ÷ {base} | p50 ms | p99 ms | p99.9 ms | RSS MB |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for proxy, row in rows.items():
        lines.append(f"| {proxy} | {row['cpu_us']:.1f} | {row['cpu_us'] / rows[base]['cpu_us']:.2f} | {row['rps']:,.0f} | "
                     f"{row['rps'] / rows[base]['rps']:.2f} | {row['p50_ms']:.2f} | {row['p99_ms']:.2f} | "
                     f"{row['p999_ms']:.2f} | {row['rss_mb']:.0f} |")
    return "\n".join(lines) + "\n"


def start_table(rows):
    lines = ["### start: from the start of the process to the first authenticated 200, on one CPU", "", "| proxy | ms |", "| --- | --- |"]
    return "\n".join(lines + [f"| {name} | {ms:,.0f} |" for name, ms in rows.items()]) + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=int, default=6)
    arguments.add_argument("--warmup", type=int, default=20)
    arguments.add_argument("--touch", type=int, default=8, help="seconds of each scenario before it is measured")
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--scenarios", default=",".join(SCENARIOS) + ",start")
    arguments.add_argument("--gateway", default=str(harness.HOME / "bearward"),
                           help="the gateway's launcher, such as that of an unpacked distribution")
    arguments.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    names = options.scenarios.split(",")
    unknown = [name for name in names if name not in SCENARIOS and name != "start"]
    if unknown:
        sys.exit(f"scenarios: {', '.join(unknown)} (expected: of {', '.join(SCENARIOS)}, start)")
    harness.need("wrk", "nginx", "haproxy", "h2load", "openssl", "taskset", "mvn")
    if harness.os.cpu_count() < 2:
        sys.exit("1 CPU (expected: at least 2)")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 20_000:
        sys.exit(f"open files: at most {hard} (expected: 20,000; ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    for port in (harness.BACKEND_PORT, *range(17001, 17008), 17011, 17012, 17013, 17091, 17092):
        harness.free(port)
    about, jdk = harness.machine(), harness.jdk25()
    work = pathlib.Path(tempfile.mkdtemp(prefix="bearward-load-"))
    log, backend, found, charts = open(work / "output.log", "wb"), None, [], {}
    try:
        token = mint(work, jdk, names)
        certificate(work)
        (work / "www").mkdir()
        (work / "www/large").write_bytes(random.randbytes(1 << 20))
        work.chmod(0o755)
        values = {"BACKEND": harness.BACKEND_PORT, "WORK": work}
        config = harness.fill("peers/backend-nginx.conf", work / "backend.conf", values)
        backend = subprocess.Popen(["taskset", "-c", "1", "nginx", "-e", str(work / "backend.err"), "-c", str(config), "-g",
                                    "daemon off;"], stdout=log, stderr=log, start_new_session=True)
        found, notes = peers.all_of(work, jdk, [options.gateway])
        about += [f"left out: {note}" for note in notes]
        report, results = [], {}
        if "start" in names:
            results["start"] = start_up(found, token, log, max(3, options.repeats))
            report.append(start_table(results["start"]))
            print(report[-1], flush=True)
        for proxy in found:
            proxy.start(log)
        for proxy in found:
            if proxy.plain:
                harness.await_status(proxy.port, "/api/appointments", {"Authorization": "Bearer " + token}, 200, 120)
                if proxy.checks:
                    harness.await_status(proxy.port, "/api/appointments", {}, 401)
        for proxy in found:
            if proxy.plain:
                harness.wrk(proxy.port, work / "k1000.txt", options.warmup)
            elif {"tls", "h2"} & set(names):
                by_wrk_tls(proxy, work, options.warmup)
        for name in names:
            if name == "start":
                continue
            scenario = SCENARIOS[name]
            takers = [proxy for proxy in found if scenario.who(proxy)]
            samples = {proxy.name: [] for proxy in takers}
            for proxy in takers:
                scenario.measure(proxy, work, options.touch)  # for what the warm-up did not touch
            for _ in range(options.repeats):
                for proxy in takers:
                    samples[proxy.name].append(scenario.measure(proxy, work, options.seconds))
            rows = {proxy: {key: statistics.median(run[key] for run in runs) for key in runs[0]}
                    for proxy, runs in samples.items()}
            results[name] = rows
            report.append(table(name, scenario, rows))
            charts[name] = plot.bars(f"{name}: {scenario.about}", "CPU µs per request",
                                     {proxy: row["cpu_us"] for proxy, row in rows.items()})
            print(report[-1], flush=True)
        report.insert(0, targets(results))
        print(report[0], flush=True)
    except BaseException:
        log.flush()
        with open(work / "output.log", "rb") as output:
            output.seek(max(0, output.seek(0, 2) - 4000))
            sys.stderr.write(output.read().decode(errors="replace"))
        raise
    finally:
        for proxy in found:
            proxy.stop()
        harness.stop(backend)
        log.close()
        shutil.rmtree(work, ignore_errors=True)
    if options.write:
        write(about, report, charts)


def write(about, report, charts):
    folder = harness.HOME / "benchmarks/charts"
    folder.mkdir(exist_ok=True)
    for name, chart in charts.items():
        (folder / f"{name}.svg").write_text(chart)
    command = "benchmarks/load/run.py " + " ".join(sys.argv[1:])
    pictures = "\n".join(f"![CPU per request, {name}](charts/{name}.svg)" for name in charts)
    text = ("# Results: beside other proxies\n\nMade by `benchmarks/load/run.py`, which says how; the peers' configurations are in "
            "`benchmarks/load/peers`.\n\n" + f"- command: `{command}`\n" + "".join(f"- {line}\n" for line in about)
            + "\n" + "\n".join(report) + "\n" + pictures + "\n")
    (harness.HOME / "benchmarks/RESULTS.md").write_text(text)


if __name__ == "__main__":
    main()
