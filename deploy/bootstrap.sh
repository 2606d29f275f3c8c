#!/usr/bin/env bash
# Makes .venv from requirements.lock, and the portal's assets from package-lock.json. Quick when nothing changed.
# Usage: deploy/bootstrap.sh [--tests]      (--tests also brings Chromium, Graphviz and the checkers' assets)
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '  %s\n' "$*"; }
fail() { printf 'bootstrap: %s\n' "$*" >&2; exit 1; }

pick_python() {
    # The distribution's own interpreter first: it is the one every user of this machine may execute.
    for candidate in /usr/bin/python3 python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed"
}

with_tests=""
[ "${1:-}" = "--tests" ] && with_tests="--tests"

PYTHON=$(pick_python)
command -v npm >/dev/null || fail "Node with npm is needed for the portal's style sheets"

"$PYTHON" deploy/local/src/schakel_local/install.py $with_tests

if [ ! -x .boot/bin/uv ]; then
    say "uv"
    rm -rf .boot # half of one is worse than none
    trap 'rm -rf .boot' EXIT
    "$PYTHON" -m venv .boot || fail "$PYTHON cannot make a venv"
    sed -n '/^uv==/,/[^\\]$/p' requirements.lock > .boot/uv.txt
    .boot/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r .boot/uv.txt
    trap - EXIT
fi

wanted=$(cat requirements.lock pyproject.toml shared/pyproject.toml services/*/pyproject.toml clients/*/pyproject.toml cli/pyproject.toml deploy/local/pyproject.toml | sha256sum)
if [ "$(cat .venv/installed 2>/dev/null)" != "$wanted" ]; then
    say "Python packages"
    export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 UV_LINK_MODE=copy
    [ -x .venv/bin/python ] || .boot/bin/uv venv --quiet --python "$PYTHON" .venv
    .boot/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes requirements.lock
    sed -n '/^uv-build==/,/[^\\]$/p' requirements.lock > .boot/uv-build.txt
    .boot/bin/uv pip install --quiet --python .venv/bin/python --no-deps --build-constraints .boot/uv-build.txt \
        -e shared -e services/gateway -e services/intake -e services/workflow -e services/documents -e services/notify \
        -e services/bron-export -e clients/python -e cli -e deploy/local
    PYTHONDONTWRITEBYTECODE='' .venv/bin/python -m compileall -q .venv/lib shared services clients cli deploy/local 2>/dev/null || true
    printf '%s' "$wanted" > .venv/installed
fi

assets=services/gateway
if [ -f $assets/package-lock.json ]; then
    wanted=$(cat $assets/package-lock.json $assets/package.json | sha256sum)
    if [ "$(cat $assets/node_modules/.installed 2>/dev/null)" != "$wanted" ]; then
        say "portal assets"
        npm --prefix $assets ci --silent --no-audit --no-fund --ignore-scripts
        npm --prefix $assets run --silent assets
        printf '%s' "$wanted" > $assets/node_modules/.installed
    fi
fi
