#!/usr/bin/env bash
# Installs what the tests need where it is missing: PostgreSQL, MariaDB, Redis, Chromium, a native toolchain, Dafny and npm packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

./install-postgresql.sh
./install-mariadb.sh
./install-redis.sh
./install-chromium.sh
./install-native.sh
./install-dafny.sh
./install-npm-clients.sh
