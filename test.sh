#!/usr/bin/env bash
# Installs what the tests need and runs them all. Arguments are those of dotnet test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

tests/install-postgresql.sh
tests/install-chromium.sh
tests/install-native.sh
tests/install-npm-clients.sh
exec dotnet test -c Release "$@"
