#!/usr/bin/env bash
# Installs SQLite's library on Debian and Ubuntu if it is missing: the tests use the one of the operating system.
set -euo pipefail

if [[ $(uname) != Linux || $(PATH=$PATH:/sbin:/usr/sbin ldconfig -p) == *libsqlite3.so.0* ]]; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "Install SQLite 3.35 or later as a shared library (libsqlite3.so.0)." >&2
    exit 1
fi

root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        echo "Run this as root once to install SQLite: $0" >&2
        exit 1
    fi
    root=(sudo)
fi

"${root[@]}" apt-get update -q
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q libsqlite3-0
