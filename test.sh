#!/usr/bin/env bash
# Installs what the tests need and runs them all. Arguments are those of dotnet test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

tests/install.sh
started=$(mktemp)
trap 'rm -f "$started"' EXIT
status=0
# No process lives long enough to gain from code that is compiled a third time.
export DOTNET_TieredPGO=0
# Nobody waits for a pause of the collector either.
export DOTNET_gcConcurrent=0
# Projects start in the order of the solution, the longest first; one more than there are processors, since tests also wait.
dotnet test -c Release -m:$(($(getconf _NPROCESSORS_ONLN) + 1)) "$@" || status=$?

# The hang limit (tests/Directory.Build.props) and a crash leave a list of the tests that had begun.
find "${TEST_RESULTS_ROOT:-tests}" -name 'Sequence_*.xml' -newer "$started" -exec grep -ho '<Test Name=.*Completed="False"' {} + |
    sed 's/<Test Name="\([^"]*\)".*/Hung or crashed: \1/; s/&quot;/"/g' | sort -u || true
exit "$status"
