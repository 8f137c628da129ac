#!/usr/bin/env bash
# Installs PostgreSQL's server on Debian and Ubuntu if it is missing. The tests start a server of their own and stop it; no service is started.
set -euo pipefail

if [[ -n ${REFRESH_TOKEN_ROTATION_POSTGRES:-} ]] || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    exit 0
fi
if command -v pg_config >/dev/null && [[ -x $(pg_config --bindir)/initdb ]]; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "Install the server of PostgreSQL 13 or later, or name one in REFRESH_TOKEN_ROTATION_POSTGRES (a connection string of Npgsql)." >&2
    exit 1
fi

root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        echo "Run this as root once to install PostgreSQL: $0" >&2
        exit 1
    fi
    root=(sudo)
fi

# Without this the package creates a cluster and starts it as a service. What the machine had is put back afterwards.
settings=/etc/postgresql-common/createcluster.conf
"${root[@]}" mkdir -p /etc/postgresql-common
if [[ -e $settings ]]; then
    "${root[@]}" cp -p "$settings" "$settings.before"
    trap '"${root[@]}" mv -f "$settings.before" "$settings"' EXIT
else
    trap '"${root[@]}" rm -f "$settings"' EXIT
fi
echo "create_main_cluster = false" | "${root[@]}" tee -a "$settings" >/dev/null
"${root[@]}" apt-get update -q
"${root[@]}" env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get install -y -q postgresql
