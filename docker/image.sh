#!/bin/sh
# Runs in the build stage of the Dockerfile: lays out the image's files under /opt/bearward and /image.
set -eu
home=/opt/bearward
cd "$home"
machine=$(uname -m)

command -v cc >/dev/null || { apt-get update -qq; apt-get install -y -qq --no-install-recommends gcc libc6-dev; }

# The other machine's native libraries are dead weight.
case $machine in
  x86_64) rm -f lib/*-linux-aarch_64.jar ;;
  aarch64) rm -f lib/*-linux-x86_64.jar ;;
  *) echo "machine: $machine (expected: x86_64 or aarch64)" >&2; exit 1 ;;
esac

java /build/Runtime.java "$home/runtime"
# The whole image is one program: these are for others.
rm -rf runtime/bin/keytool runtime/bin/rmiregistry runtime/bin/jrunscript runtime/lib/client

mkdir native
for archive in lib/*-linux-*.jar; do
  (cd native && jar xf "../$archive" && find . -name '*.so' -mindepth 2 -exec mv {} . \; && find . -mindepth 1 -type d -prune -exec rm -rf {} +)
done
find native -type f ! -name '*.so' -delete

cc -Os -static -s -Wall -Wextra -Werror -o health /build/health.c

# A real run, with the options of the image, fills the cache.
java /build/Training.java "$home/bearward.aot" "$home/runtime/bin/java" "@$home/image.options" -jar "$home/bearward.jar"
rm -f bearward.aot.log

# What the runtime and the native libraries are linked against.
mkdir -p /image/etc /image/tmp /image/opt
chmod 1777 /image/tmp
for file in runtime/bin/java runtime/lib/*.so runtime/lib/server/*.so native/*.so; do
  LD_LIBRARY_PATH=$home/runtime/lib:$home/runtime/lib/server ldd "$file" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^\s*\(\/[^ ]*ld-linux[^ ]*\).*/\1/p'
done | grep -v "^$home" | sort -u | while read -r library; do
  mkdir -p "/image$(dirname "$library")"
  cp -L "$library" "/image$library"
done
echo 'bearward:x:65532:65532::/:/none' >/image/etc/passwd
echo 'bearward:x:65532:' >/image/etc/group
echo 'hosts: files dns' >/image/etc/nsswitch.conf
