#!/usr/bin/env bash
# Installs the third-party clients that the tests of the endpoints run, and Node.js on Debian and Ubuntu if it is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/RefreshTokenRotation.AspNetCore.Tests/NpmClients"

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    if ! command -v apt-get >/dev/null; then
        echo "Install Node.js 20.19 or later, with npm." >&2
        exit 1
    fi
    root=()
    if [[ $(id -u) -ne 0 ]]; then
        if ! command -v sudo >/dev/null; then
            echo "Run this as root once to install Node.js: $0" >&2
            exit 1
        fi
        root=(sudo)
    fi
    "${root[@]}" apt-get update -q
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends nodejs npm
fi

# What is installed already is what the lock file asks for.
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.installed-lock.json
fi
