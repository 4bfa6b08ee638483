#!/usr/bin/env bash
# Makes the image that the Dockerfiles build in where no registry is reached: Debian by debootstrap, a JDK 25 of this
# machine, a C compiler.
#   base-image.sh JDK_HOME IMAGE
set -euo pipefail
[ $# = 2 ] || { echo "usage: base-image.sh JDK_HOME IMAGE" >&2; exit 2; }
jdk=$1 image=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=gcc,libc6-dev bookworm "$root" >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; exit 1; }
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root.log"
mkdir -p "$root/opt"
# Links of the JDK into this machine, such as its list of authorities, become files.
cp -aL "$jdk" "$root/opt/jdk"
tar -C "$root" -c . | docker import --change 'ENV PATH=/opt/jdk/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$image"
