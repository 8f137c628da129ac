#!/usr/bin/env bash
# Installs what the tests need and runs them all. Arguments are those of dotnet test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

tests/install-postgresql.sh
tests/install-chromium.sh
tests/install-native.sh
tests/install-dafny.sh
tests/install-npm-clients.sh
started=$(mktemp)
trap 'rm -f "$started"' EXIT
status=0
dotnet test -c Release "$@" || status=$?

# The hang limit (tests/Directory.Build.props) and a crash leave a list of the tests that had begun.
find "${TEST_RESULTS_ROOT:-tests}" -name 'Sequence_*.xml' -newer "$started" -exec grep -ho '<Test Name=.*Completed="False"' {} + |
    sed 's/<Test Name="\([^"]*\)".*/Hung or crashed: \1/; s/&quot;/"/g' | sort -u || true
exit "$status"
