#!/usr/bin/env bash
# Installs what the proof is checked with if it is missing: z3, and Dafny as a tool of tests/RefreshTokenRotation.Simulation/Proof.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/RefreshTokenRotation.Simulation/Proof"

if ! command -v z3 >/dev/null; then
    if ! command -v apt-get >/dev/null; then
        echo "Install z3 (4.8.5 or newer)." >&2
        exit 1
    fi

    root=()
    if [[ $(id -u) -ne 0 ]]; then
        if ! command -v sudo >/dev/null; then
            echo "Run this as root once to install z3: $0" >&2
            exit 1
        fi
        root=(sudo)
    fi

    "${root[@]}" apt-get update -q
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends z3
fi

dotnet tool restore
