#!/usr/bin/env bash
# Installs Debian's Chromium without a window if it is missing. The tests of the samples drive it.
set -euo pipefail

if [[ -n ${REFRESH_TOKEN_ROTATION_CHROMIUM:-} ]] || command -v chromium-headless-shell >/dev/null; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "Install Chromium, or name its program in REFRESH_TOKEN_ROTATION_CHROMIUM." >&2
    exit 1
fi

root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        echo "Run this as root once to install Chromium: $0" >&2
        exit 1
    fi
    root=(sudo)
fi

"${root[@]}" apt-get update -q
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium-headless-shell fonts-dejavu-core
