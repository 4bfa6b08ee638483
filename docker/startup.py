#!/usr/bin/env python3
"""Start to first authenticated 200, on one cpu, and resident memory then.

usage: startup.py [--runs N] [--cpu N] (--image NAME | COMMAND...)

COMMAND starts the gateway in the foreground, up to and without its `run`; an image is started by `docker run`.
Issuer and API are here, on loopback and on another cpu. The clock runs from the start of the process (of the
container: from the start that the engine recorded, which is after its own work) to the end of the first 200.
"""
import argparse
import base64
import datetime
import http.server
import json
import os
import socket
import statistics
import subprocess
import tempfile
import threading
import time

ISSUER_PORT, GATEWAY_PORT, ADMIN_PORT = 18901, 18902, 18903
LIMIT_SECONDS = 30


def base64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Issuer:
    """An RSA key made by openssl, its key set and tokens."""

    def __init__(self):
        self.url = f"http://127.0.0.1:{ISSUER_PORT}/"
        self.file = tempfile.NamedTemporaryFile(suffix=".pem")
        openssl("genrsa", "-out", self.file.name, "2048")
        modulus = openssl("rsa", "-in", self.file.name, "-noout", "-modulus").decode().strip().split("=")[1]
        self.keys = {"keys": [{"kty": "RSA", "kid": "k", "alg": "RS256", "n": base64url(bytes.fromhex(modulus)), "e": "AQAB"}]}

    def token(self):
        now = int(time.time())
        claims = {"iss": self.url, "aud": "startup", "sub": "u", "client_id": "c", "jti": "1", "iat": now, "exp": now + 3600}
        parts = [{"alg": "RS256", "typ": "at+jwt", "kid": "k"}, claims]
        signed = ".".join(base64url(json.dumps(part).encode()) for part in parts)
        signature = openssl("dgst", "-sha256", "-sign", self.file.name, stdin=signed.encode())
        return signed + "." + base64url(signature)


def openssl(*arguments, stdin=None):
    return subprocess.run(["openssl", *arguments], input=stdin, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def serve(issuer):
    """Issuer and API in one."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            documents = {"/.well-known/openid-configuration": {"issuer": issuer.url, "jwks_uri": issuer.url + "keys"}, "/keys": issuer.keys}
            body = json.dumps(documents.get(self.path, {"fine": True})).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", ISSUER_PORT), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def await_200(token):
    """The time of the first 200, on the monotonic clock."""
    request = f"GET /x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n".encode()
    end = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", GATEWAY_PORT), timeout=5) as connection:
                connection.sendall(request)
                if connection.recv(4096).startswith(b"HTTP/1.1 200"):
                    return time.monotonic()
        except OSError:
            pass
        time.sleep(0.002)
    raise SystemExit(f"no 200 within {LIMIT_SECONDS} s")


def environment(issuer):
    return {
        "BEARWARD_ISSUER": issuer.url, "BEARWARD_AUDIENCE": "startup", "BEARWARD_UPSTREAM": f"http://127.0.0.1:{ISSUER_PORT}",
        "BEARWARD_LISTEN": f"127.0.0.1:{GATEWAY_PORT}", "BEARWARD_ADMIN": f"127.0.0.1:{ADMIN_PORT}",
    }


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) // 1024


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_command(command, cpu, issuer, token):
    begin = time.monotonic()
    process = subprocess.Popen(
        ["taskset", "-c", str(cpu), *command, "run"], env={**os.environ, **environment(issuer)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return (await_200(token) - begin) * 1000, cpu_seconds(process.pid), resident(process.pid)
    finally:
        process.terminate()
        process.wait()


def run_image(image, cpu, issuer, token):
    variables = [argument for name, value in environment(issuer).items() for argument in ("-e", f"{name}={value}")]
    container = docker(
        "run", "-d", "--network", "host", "--cpuset-cpus", str(cpu), "--memory", "192m", "--read-only", "--cap-drop", "ALL",
        "--security-opt", "no-new-privileges", *variables, image)
    try:
        done, wall = await_200(token), time.time()
        wall -= time.monotonic() - done
        state = json.loads(docker("inspect", "-f", "{{json .State}}", container))
        text = state["StartedAt"]
        started = datetime.datetime.fromisoformat(text[:26].rstrip("Z") + "+00:00").timestamp()
        return (wall - started) * 1000, cpu_seconds(state["Pid"]), resident(state["Pid"])
    finally:
        docker("rm", "-f", container)


def docker(*arguments):
    return subprocess.run(["docker", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--cpu", type=int, default=0)
    parser.add_argument("--image")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if bool(options.image) == bool(options.command):
        parser.error("say either --image NAME or COMMAND")
    others = os.sched_getaffinity(0) - {options.cpu}
    if others:
        os.sched_setaffinity(0, others)
    issuer = Issuer()
    serve(issuer)
    token = issuer.token()
    rows = []
    for _ in range(options.runs):
        rows.append(run_image(options.image, options.cpu, issuer, token) if options.image else run_command(options.command, options.cpu, issuer, token))
        print("  %6.0f ms   %.2f s cpu   %d MiB resident" % rows[-1], flush=True)
    print("median of %d: %.0f ms, %.2f s cpu, %.0f MiB resident; smallest: %.0f ms" % (
        len(rows), *(statistics.median(column) for column in zip(*rows)), min(row[0] for row in rows)))


if __name__ == "__main__":
    main()
