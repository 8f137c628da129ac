#!/usr/bin/env bash
# Installs MariaDB's server on Debian and Ubuntu where it is missing. The tests start servers of their own and stop them; no service is started.
set -euo pipefail

if command -v mariadbd >/dev/null || [[ -x /usr/sbin/mariadbd ]]; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "Install the server of MariaDB 10.6 or later, so that mariadbd and mariadb-install-db can be found." >&2
    exit 1
fi

root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        echo "Run this as root once to install mariadb-server: $0" >&2
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
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends mariadb-server

# Nor after the next boot.
if command -v systemctl >/dev/null; then
    "${root[@]}" systemctl disable mariadb || true
fi
