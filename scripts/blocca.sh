#!/usr/bin/env bash
# Rifà requirements.lock e requirements-test.lock dai file .in: versioni e impronte dei file pubblici, nessun indirizzo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# uv reads none of pip's settings, so a machine's own index or folder of builds leaves no trace in the locks.
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
echo "• preparo lo strumento che calcola le versioni…"
python=$(scripts/prepara.sh --trova)
"$python" -m venv "$tools"
"$tools/bin/python" -m pip install --quiet --disable-pip-version-check uv

for name in requirements requirements-test; do
    echo "• calcolo $name.lock…"
    "$tools/bin/uv" pip compile --quiet --no-config --generate-hashes --no-emit-index-url \
        --python "$python" --python-version 3.10 --python-platform x86_64-manylinux_2_28 \
        --custom-compile-command "make blocca" "$@" --output-file "$name.lock" "$name.in"
done
if grep -nE '(https?|file)://' requirements.lock requirements-test.lock; then
    echo "✗ nei file .lock non devono esserci indirizzi" >&2
    exit 1
fi
echo "✓ Fatto. Le versioni nuove si installano al prossimo «make run» o «make test»."
