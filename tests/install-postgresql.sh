#!/usr/bin/env bash
# Installs PostgreSQL's server and PgBouncer on Debian and Ubuntu where they are missing. The tests start servers of their own and stop them; no service is started.
set -euo pipefail

missing=()
if [[ -z ${REFRESH_TOKEN_ROTATION_POSTGRES:-} ]] && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 \
    && ! { command -v pg_config >/dev/null && [[ -x $(pg_config --bindir)/initdb ]]; }; then
    missing+=(postgresql)
fi
if ! command -v pgbouncer >/dev/null && [[ ! -x /usr/sbin/pgbouncer ]]; then
    missing+=(pgbouncer)
fi
if [[ ${#missing[@]} -eq 0 ]]; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "Install the server of PostgreSQL 13 or later (or name one in REFRESH_TOKEN_ROTATION_POSTGRES, a connection string of Npgsql), and PgBouncer." >&2
    exit 1
fi

root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        echo "Run this as root once to install ${missing[*]}: $0" >&2
        exit 1
    fi
    root=(sudo)
fi

# Without these the packages create a cluster and start services. What the machine had is put back afterwards.
settings=/etc/postgresql-common/createcluster.conf
policy=/usr/sbin/policy-rc.d
restore() {
    for file in "$settings" "$policy"; do
        if [[ -e $file.before ]]; then
            "${root[@]}" mv -f "$file.before" "$file"
        else
            "${root[@]}" rm -f "$file"
        fi
    done
}
trap restore EXIT
for file in "$settings" "$policy"; do
    if [[ -e $file ]]; then
        "${root[@]}" cp -p "$file" "$file.before"
    fi
done
"${root[@]}" mkdir -p /etc/postgresql-common
echo "create_main_cluster = false" | "${root[@]}" tee -a "$settings" >/dev/null
printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
"${root[@]}" chmod +x "$policy"
"${root[@]}" apt-get update -q
"${root[@]}" env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get install -y -q "${missing[@]}"

# Nor after the next boot, where the machine had none.
if [[ " ${missing[*]} " == *" pgbouncer "* ]] && command -v systemctl >/dev/null; then
    "${root[@]}" systemctl disable pgbouncer || true
fi
