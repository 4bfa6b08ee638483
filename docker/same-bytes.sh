#!/usr/bin/env bash
# Builds the committed sources a second time, in another folder, and compares what ships with what lies in target.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
git clone -q "$here" "$there/tree"
(cd "$there/tree" && mvn -B -ntp -q -Dmaven.test.skip=true -pl gateway,docker package)
differ=0
for file in gateway/target/bearward.jar gateway/target/bom.json docker/target/bearward-*.tar.gz; do
  if cmp "$file" "$there/tree/$file"; then
    sha256sum "$file"
  else
    differ=1
  fi
done
exit $differ
