#!/usr/bin/env bash
# Builds the site into docs/_site (or $SITE): the pages and the API reference. A warning fails the build.
#   --built  takes the packages as they were built in Release
#   --pages  leaves out the API reference
# docfx wants all pages below one folder, so they are copied into one of artifacts/, with docs/docfx.json beside them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

site=${SITE:-docs/_site}
stage=artifacts/pages-$(basename "$site")
rm -rf "$stage" "$site"
mkdir -p "$stage/docs" "$stage/src" "$site"
site=$(cd "$site" && pwd)
cp docs/*.md docs/*.png docs/*.svg docs/toc.yml "$stage/docs"
cp ./*.md LICENSE llms.txt docs/docfx.json "$stage"
cp src/README.md "$stage/src"
for page in src/RefreshTokenRotation/Rotation/README.md tests/RefreshTokenRotation.Benchmarks/BENCHMARKS.md tests/RefreshTokenRotation.Tests/MUTATION.md; do
    mkdir -p "$stage/$(dirname "$page")"
    cp "$page" "$stage/$page"
done
printf -- '- name: Documentation\n  href: docs/\n' >"$stage/toc.yml"
echo '<!DOCTYPE html><meta charset="utf-8"><title>RefreshTokenRotation</title><meta http-equiv="refresh" content="0; url=docs/index.html">' >"$stage/index.html"

docfx() { (cd docs && dotnet docfx "$1" "../$stage/docfx.json" --warningsAsErrors "${@:2}"); }

(cd docs && dotnet tool restore >/dev/null)
if [[ ${1:-} != --pages ]]; then
    if [[ ${1:-} != --built ]]; then
        for package in src/*/*.csproj; do
            dotnet build "$package" -c Release
        done
    fi
    printf -- '- name: API reference\n  href: api/\n' >>"$stage/toc.yml"
    docfx metadata
fi
docfx build -o "$site"
