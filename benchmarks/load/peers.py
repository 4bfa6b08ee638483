"""Who is compared: how each is started and what it can do. Their configurations are in the folder `peers`."""

import pathlib
import shutil
import subprocess

import harness

NGINX_MODULES = pathlib.Path("/usr/lib/nginx/modules")


def nginx(name, port, work, values, **more):
    config = harness.fill(f"peers/{name}.conf", work / f"{name}.conf", values)
    return harness.Proxy(name, port, ["nginx", "-e", str(work / f"{name}.err"), "-c", str(config), "-g", "daemon off;"], **more)


def haproxy(name, port, work, values, **more):
    config = harness.fill(f"peers/{name}.cfg", work / f"{name}.cfg", values)
    return harness.Proxy(name, port, ["haproxy", "-q", "-db", "-f", str(config)], **more)


def gateway(name, port, admin, tls, command, work, values, java_home, **more):
    config = harness.fill("peers/bearward.yaml", work / f"{name}.yaml",
                          {**values, "PORT": port, "ADMIN": admin, "TLS": tls})
    return harness.Proxy(name, port, [*command, "run", "-c", str(config)], {"JAVA_HOME": java_home}, **more)


def relay(work):
    binary = work / "relay"
    subprocess.run(["cc", "-O2", "-o", str(binary), str(harness.HERE / "peers/relay.c")], check=True)
    return harness.Proxy("relay", 17006, [str(binary), "17006", str(harness.BACKEND_PORT)], checks=False)


def spring(work, jdk):
    folder = harness.HERE / "peers/spring"
    subprocess.run(["mvn", "-q", "-B", "package"], cwd=folder, check=True,
                   env={**harness.os.environ, "JAVA_HOME": str(pathlib.Path(jdk).parent.parent)})
    return harness.Proxy("spring", 17007, [jdk, "-jar", str(folder / "target/spring-cloud-gateway-peer.jar"),
                                           f"--rs256=file:{work / 'rs256.pem'}", f"--backend={harness.BACKEND_PORT}"],
                         algorithms=("RS256",))


def all_of(work, jdk, command):
    """Everybody that this machine can run, and a note for each that it cannot."""
    values = {"BACKEND": harness.BACKEND_PORT, "WORK": work, "HERE": harness.HERE}
    java_home = str(pathlib.Path(jdk).parent.parent)
    certificate = f"  tls: {{certificate: {work / 'tls.crt'}, key: {work / 'tls.key'}}}"
    found = [
        haproxy("haproxy", 17002, work, values, tls_port=17012, checks=False),
        nginx("nginx", 17003, work, values, tls_port=17013, checks=False),
        haproxy("haproxy-jwt", 17004, work, values),
        gateway("bearward", 17001, 17091, "", command, work, values, java_home),
        gateway("bearward-tls", 17011, 17092, certificate, command, work, values, java_home, tls_port=17011, plain=False),
    ]
    notes = []
    if shutil.which("cc"):
        found.insert(0, relay(work))
    else:
        notes.append("relay: no C compiler")
    if (NGINX_MODULES / "ngx_http_lua_module.so").is_file() and pathlib.Path("/usr/share/lua/5.1/openssl").exists():
        found.append(nginx("nginx-lua", 17005, work, values))
    else:
        notes.append("nginx-lua: Debian's libnginx-mod-http-lua, lua-luaossl and lua-cjson are not installed")
    try:
        found.append(spring(work, jdk))
    except subprocess.CalledProcessError:
        notes.append("spring: cannot be built here")
    if not shutil.which("envoy"):
        notes.append("Envoy: not on the PATH")
    return found, notes
