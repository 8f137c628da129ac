#!/usr/bin/env bash
# Installs what native code is linked with on Debian and Ubuntu if it is missing: a C compiler and zlib.
set -euo pipefail

if [[ $(uname) != Linux ]] || { command -v gcc >/dev/null || command -v clang >/dev/null; } && [[ -e /usr/include/zlib.h ]]; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "Install gcc or clang, and zlib with its headers." >&2
    exit 1
fi

root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        echo "Run this as root once to install gcc and zlib: $0" >&2
        exit 1
    fi
    root=(sudo)
fi

"${root[@]}" apt-get update -q
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends gcc libc6-dev zlib1g-dev
