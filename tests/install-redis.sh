#!/usr/bin/env bash
# Installs Redis on Debian and Ubuntu where it is missing. The tests start servers of their own and stop them; no service is started.
set -euo pipefail

if command -v redis-server >/dev/null && command -v redis-cli >/dev/null; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "Install redis-server and redis-cli 7.0 or later." >&2
    exit 1
fi

root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        echo "Run this as root once to install redis-server: $0" >&2
        exit 1
    fi
    root=(sudo)
fi

# Without this the package starts a service. What the machine had is put back afterwards.
policy=/usr/sbin/policy-rc.d
restore() {
    if [[ -e $policy.before ]]; then
        "${root[@]}" mv -f "$policy.before" "$policy"
    else
        "${root[@]}" rm -f "$policy"
    fi
}
trap restore EXIT
if [[ -e $policy ]]; then
    "${root[@]}" cp -p "$policy" "$policy.before"
fi
printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
"${root[@]}" chmod +x "$policy"
"${root[@]}" apt-get update -q
"${root[@]}" env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get install -y -q redis-server

# Nor after the next boot.
if command -v systemctl >/dev/null; then
    "${root[@]}" systemctl disable redis-server || true
fi
