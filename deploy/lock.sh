#!/usr/bin/env bash
# Writes requirements.lock (universal, with hashes, without hosts) and one export per service from it.
set -euo pipefail
cd "$(dirname "$0")/.."

UV=.boot/bin/uv
MEMBERS="shared schakel gateway intake workflow documents notify bron-export schakel-lvs schakel-local schakel-workspace"
leave_out=()
for member in $MEMBERS; do leave_out+=(--no-emit-package "$member"); done
options=(--quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate)

"$UV" pip compile "${options[@]}" "${leave_out[@]}" --group dev "$@" pyproject.toml shared/pyproject.toml services/*/pyproject.toml \
    clients/*/pyproject.toml cli/pyproject.toml deploy/local/pyproject.toml -o requirements.lock

for service in services/*/; do
    "$UV" pip compile "${options[@]}" "${leave_out[@]}" -c requirements.lock shared/pyproject.toml "$service/pyproject.toml" \
        -o "$service/requirements.lock"
done

"$UV" pip compile "${options[@]}" "${leave_out[@]}" -c requirements.lock shared/pyproject.toml services/intake/pyproject.toml \
    services/workflow/pyproject.toml services/gateway/pyproject.toml clients/python/pyproject.toml cli/pyproject.toml -o cli/requirements.lock
