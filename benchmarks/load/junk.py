#!/usr/bin/env python3
"""Users with known tokens while one address floods with bad signatures, with and without the junk budget.

    benchmarks/load/junk.py [--seconds 5] [--repeats 5] [--warmup 20] [--flood 4000] [--write]

Needs what run.py needs, but for HAProxy. Two gateways with one event loop each are pinned to CPU 0: one with the
default budget (50 refused tokens a second and address), one whose budget is never used up. wrk with 16 connections
from 127.0.0.1 plays 1,000 users whose tokens (ES256) are cached, at about 1,000 requests a second; a flooder from 127.0.0.2 sends --flood requests a
second, each with another bad ES256 signature, on 4 connections; wrk, flooder and the backend are pinned to CPU 1.
Runs without flood, with the flood and the budget, and with the flood alone alternate; medians are printed. The flood
costs the load generators' CPU in both cases: what the budget is worth is between the last two rows. --write puts the
result into benchmarks/RESULTS-junk.md.
"""

import argparse
import multiprocessing
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import harness as run

BACKEND_PORT, BUDGET_PORT, OPEN_PORT = 18081, 17011, 17012
CONNECTIONS, BATCH = 4, 20
UNLIMITED = 1_000_000


def mint(directory, jdk):
    subprocess.run(["mvn", "-q", "-B", "-DskipTests", "-pl", "benchmarks", "package"], cwd=run.HOME, check=True)
    jar = run.HOME / "benchmarks/target/bearward-benchmarks.jar"
    subprocess.run([jdk, "-cp", jar, "dev.bearward.benchmarks.load.MintTokens", directory, "ES256", "1000", "users"],
                   check=True)
    return (directory / "users.txt").read_text().splitlines()


def bad_signatures(tokens):
    """Each token with the first characters of its signature changed: well formed, and verified in full."""
    bad = []
    for token in tokens:
        body, _, signature = token.rpartition(".")
        bad.append(body + "." + ("AAAA" if not signature.startswith("AAAA") else "BBBB") + signature[4:])
    return bad


def flood(port, tokens, rate, seconds, counts):
    """Sends batches at that rate on a few connections from another address, and counts the statuses."""
    os.sched_setaffinity(0, {1})
    sockets = []
    for _ in range(CONNECTIONS):
        one = socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets.append(one)
    batches = [b"".join(b"GET /api/appointments HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer "
                        + token.encode() + b"\r\n\r\n" for token in tokens[at:at + BATCH])
               for at in range(0, len(tokens) - BATCH, BATCH)]
    begin, sent = time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        for one in sockets:
            one.sendall(batches[sent // BATCH % len(batches)])
            sent += BATCH
        for one in sockets:
            answers = b""
            while answers.count(b"\"requestId\"") < BATCH:
                chunk = one.recv(65536)
                if not chunk:
                    sys.exit("junk.py: the gateway closed a connection of the flood")
                answers += chunk
            for status in re.findall(rb"HTTP/1\.1 (\d{3})", answers):
                counts[int(status)] = counts.get(int(status), 0) + 1
        ahead = begin + sent / rate - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
    counts["seconds"] = counts.get("seconds", 0) + time.monotonic() - begin
    for one in sockets:
        one.close()


def verifications(admin):
    with urllib.request.urlopen(f"http://127.0.0.1:{admin}/metrics", timeout=5) as answer:
        found = re.search(r"^bearward_token_verification_seconds_count (\S+)$", answer.read().decode(), re.M)
    return float(found.group(1)) if found else 0.0


def under_flood(proxy, users, bad, options):
    before = verifications(proxy.port + 180)
    with multiprocessing.Manager() as manager:
        counts = manager.dict()
        local = multiprocessing.Process(
            target=lambda: counts.update(collected(proxy.port, bad, options.flood, options.seconds + 1)))
        local.start()
        time.sleep(0.5)
        row = run.measure(proxy, users, options.seconds)
        local.join(30)
        if local.exitcode != 0:
            sys.exit("junk.py: the flood failed")
        seconds = counts["seconds"]
        row["flood"] = sum(count for status, count in counts.items() if status != "seconds") / seconds
        row["refused_unseen"] = counts.get(429, 0) / seconds
    row["verified"] = (verifications(proxy.port + 180) - before) / seconds
    return row


def collected(*arguments):
    counts = {}
    flood(*arguments, counts)
    return counts


def table(rows):
    quiet = rows["no flood"]
    lines = ["| run | flood/s | refused unseen/s | verifications/s | gateway's CPU % | users' requests/s | p50 ms | p99 ms | "
             "p99 ÷ no flood |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for name, row in rows.items():
        lines.append(f"| {name} | {row.get('flood', 0):,.0f} | {row.get('refused_unseen', 0):,.0f} | "
                     f"{row.get('verified', 0):,.0f} | {row['cpu_us'] * row['rps'] / 1e4:.0f} | {row['rps']:,.0f} | {row['p50_ms']:.2f} | {row['p99_ms']:.2f} | "
                     f"{row['p99_ms'] / quiet['p99_ms']:.2f} |")
    return "\n".join(lines) + "\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=int, default=5)
    arguments.add_argument("--warmup", type=int, default=20)
    arguments.add_argument("--repeats", type=int, default=5)
    arguments.add_argument("--flood", type=int, default=4000)
    arguments.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    run.need("wrk", "nginx", "taskset", "mvn")
    if os.cpu_count() < 2:
        sys.exit("junk.py: 1 CPU (expected: at least 2)")
    for port in (BACKEND_PORT, BUDGET_PORT, OPEN_PORT, BUDGET_PORT + 180, OPEN_PORT + 180):
        run.free(port)
    run.CONNECTIONS = 16
    about = [line for line in run.machine() if "HAProxy" not in line]
    jdk = run.jdk25()
    work = pathlib.Path(tempfile.mkdtemp(prefix="bearward-junk-"))
    log = open(work / "output.log", "wb")
    backend, proxies = None, []
    try:
        tokens = mint(work, jdk)
        bad = bad_signatures(tokens)
        values = {"BACKEND": BACKEND_PORT, "WORK": work, "JWKS": work / "jwks.json"}
        nginx = run.fill("peers/backend-nginx.conf", work / "backend.conf", values)
        backend = subprocess.Popen(["taskset", "-c", "1", "nginx", "-e", str(work / "backend.err"), "-c", str(nginx), "-g",
                                    "daemon off;"], stdout=log, stderr=log, start_new_session=True)
        for name, port, budget in (("budget", BUDGET_PORT, 50), ("open", OPEN_PORT, UNLIMITED)):
            config = run.fill("junk.yaml", work / f"{name}.yaml",
                              {**values, "LISTEN": port, "ADMIN": port + 180, "PER_ADDRESS": budget})
            proxies.append(run.Proxy(name, port, [str(run.HOME / "bearward"), "run", "-c", str(config)],
                                     {"JAVA_HOME": str(pathlib.Path(jdk).parent.parent)}))
        for proxy in proxies:
            proxy.start(log)
        for proxy in proxies:
            run.await_status(proxy.port, "/api/appointments", {"Authorization": "Bearer " + tokens[0]}, 200, 120)
        users = work / "users.txt"
        for proxy in proxies:
            run.SCRIPT = "tokens.lua"
            run.wrk(proxy.port, users, options.warmup)
            run.SCRIPT = "paced.lua"
            under_flood(proxy, users, bad, options)
        guarded, unguarded = proxies
        samples = {"no flood": [], "flood, budget of 50/s": [], "flood, no budget": []}
        for _ in range(options.repeats):
            samples["no flood"].append(run.measure(guarded, users, options.seconds))
            samples["flood, budget of 50/s"].append(under_flood(guarded, users, bad, options))
            samples["flood, no budget"].append(under_flood(unguarded, users, bad, options))
        rows = {name: {key: statistics.median(one[key] for one in runs) for key in runs[0]}
                for name, runs in samples.items()}
        report = table(rows)
        print(report)
    except BaseException:
        log.flush()
        sys.stderr.write((work / "output.log").read_text(errors="replace")[-4000:])
        raise
    finally:
        for proxy in proxies:
            proxy.stop()
        run.stop(backend)
        log.close()
        shutil.rmtree(work, ignore_errors=True)
    if options.write:
        command = "benchmarks/load/junk.py " + " ".join(sys.argv[1:])
        text = ("# Results: a flood of bad tokens\n\nUsers with cached tokens while one address floods with bad signatures "
                "(`benchmarks/load/junk.py` says how).\n\n"
                f"- command: `{command}`\n" + "".join(f"- {line}\n" for line in about) + "\n" + report)
        (run.HOME / "benchmarks/RESULTS-junk.md").write_text(text)


if __name__ == "__main__":
    main()
