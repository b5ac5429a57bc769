#!/usr/bin/env bash
# Builds the wheel, installs it into an empty environment, and runs it from outside the checkout.
set -euo pipefail
checkout=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$checkout/.venv/bin/python" -m build --wheel --no-isolation --outdir "$work/dist" "$checkout" >"$work/build.log" 2>&1 || {
    cat "$work/build.log" >&2
    exit 1
}
"$checkout/.venv/bin/python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-compile \
    --constraint "$checkout/constraints.txt" "$work"/dist/uptake-*.whl

# Away from the checkout, so that only what is in the wheel can be imported.
cd "$work"
uptake=$work/venv/bin/uptake
"$uptake" --help >help.txt
grep -q compare help.txt
"$uptake" regions list >/dev/null
"$uptake" evidence check >/dev/null
"$uptake" run baseline --region gloucestershire --replicates 1 --scale 0.05 --until 2013-12 --out run
test -f run/manifest.json
echo "The wheel installs and runs: $(basename "$work"/dist/*.whl)"
