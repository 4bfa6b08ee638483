#!/bin/sh
# Runs the microbenchmarks: benchmarks/jmh.sh [JMH arguments], such as a class's name; all without one.
#   benchmarks/jmh.sh HotVerification
#   benchmarks/jmh.sh -f 1 -wi 2 -i 3 PeerVerification -p algorithm=RS256
# Allocation per operation is measured too. Needs what the build needs; finds a JDK 25 as the launcher does.
set -eu
home=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")/.." && pwd)
for java_home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  if [ -r "$java_home/release" ] && grep -qE '^JAVA_VERSION="?(2[5-9]|[3-9][0-9])' "$java_home/release"; then
    break
  fi
  java_home=
done
if [ -z "$java_home" ]; then
  echo "jmh.sh: no JDK 25 found (expected: in JAVA_HOME or /usr/lib/jvm)" >&2
  exit 3
fi
(cd "$home" && mvn -B -ntp -q -Dmaven.test.skip=true -pl gateway,benchmarks package) >&2
exec "$java_home/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "$home/benchmarks/target/bearward-benchmarks.jar:$home/benchmarks/target/lib/*" org.openjdk.jmh.Main \
  -prof gc -jvmArgs "-Xmx4g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow" "$@"
