#!/usr/bin/env bash
# Prepara l'ambiente: trova un Python 3.10, crea .venv e vi installa le versioni di requirements.lock.
#   scripts/prepara.sh          quello che serve per far funzionare l'assistente
#   scripts/prepara.sh --prove  anche quello che serve per le prove (requirements-test.lock)
#   scripts/prepara.sh --trova  dice soltanto quale Python verrebbe usato
# Ripetuto, non fa nulla finché i file .lock non cambiano.
set -euo pipefail

fail() {
    printf '✗ %s\n' "$1" >&2
    exit 1
}

# ---- Which Python: only bash built-ins here, so that it works (and is tested) on the barest of machines.

is_310() { # a pyenv shim may exist and fail: what counts is that it runs
    [ "$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null </dev/null)" = 3.10 ]
}

candidates() {
    type -P python3.10 || true
    local folder found
    for folder in "${PYENV_ROOT:-${HOME:-}/.pyenv}" "${HOME:-}/.pyenv"; do
        for found in "$folder"/versions/3.10*/bin/python; do printf '%s\n' "$found"; done
    done
    if type -P uv >/dev/null; then uv python find --no-python-downloads 3.10 2>/dev/null || true; fi
    for found in "${UV_PYTHON_INSTALL_DIR:-${XDG_DATA_HOME:-${HOME:-}/.local/share}/uv/python}"/cpython-3.10*/bin/python3.10; do
        printf '%s\n' "$found"
    done
}

find_python() {
    local found crippled=
    if [ -n "${PYTHON:-}" ]; then
        is_310 "$PYTHON" || fail "PYTHON=$PYTHON non è un Python 3.10 che funziona: lo corregga, o tolga la variabile."
        printf '%s\n' "$PYTHON"
        return
    fi
    while IFS= read -r found; do
        is_310 "$found" || continue
        if "$found" -c 'import ensurepip, venv' &>/dev/null; then
            printf '%s\n' "$found"
            return
        fi
        crippled=$found
    done < <(candidates)
    [ -z "$crippled" ] || fail "A $crippled manca il modulo per creare gli ambienti: sudo apt-get install python3.10-venv"
    fail "Serve Python 3.10 (Rasa non funziona con altre versioni) e qui non c'è. Per averlo: «uv python install 3.10», oppure «pyenv install 3.10», oppure su Ubuntu 22.04 «sudo apt-get install python3.10 python3.10-venv». Se è in un posto insolito: PYTHON=/percorso/python3.10 make run"
}

if [ "${1:-}" = --trova ]; then
    find_python
    exit
fi

# ---- The environment.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
locks=(requirements.lock)
case "${1:-}" in
'') ;;
--prove) locks+=(requirements-test.lock) ;;
*) fail "Non conosco «$1»: si può scrivere --prove o --trova." ;;
esac

stamp() { printf '.venv/.%s.impronta' "$1"; }
digest() { sha256sum "$1" | cut -d' ' -f1; }

is_installed() { [ "$(cat "$(stamp "$1")" 2>/dev/null)" = "$(digest "$1")" ]; }

missing=()
look() { # which locks are still to be installed
    missing=()
    local lock
    for lock in "${locks[@]}"; do is_installed "$lock" || missing+=("$lock"); done
    is_310 .venv/bin/python || missing=("${locks[@]}")
}

look
[ "${#missing[@]}" -gt 0 ] || exit 0

# Two set-ups at once (make run and make test) would spoil each other's environment.
exec 9>.preparazione.lock
if ! flock -n 9; then
    echo "• un'altra preparazione è in corso: aspetto che finisca…"
    flock 9
    look
    [ "${#missing[@]}" -gt 0 ] || exit 0
fi

[ "$(uname -m)" = x86_64 ] || fail "Le versioni di requirements.lock sono per processori x86_64; questo è $(uname -m)."

echo "Preparo l'ambiente (si fa una volta sola)."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
log=.venv/installazione.log
job=
trap '[ -z "$job" ] || kill "$job" 2>/dev/null; exit 130' INT TERM

pip_install() { # title, lock, pip's other arguments: one line every few seconds, pip's own words only in the log
    local title=$1 lock=$2 total start news=10 elapsed
    shift 2
    total=$(grep -c '^[A-Za-z0-9].*==' "$lock")
    start=$SECONDS
    printf '• %s: %s componenti…\n' "$title" "$total"
    .venv/bin/python -m pip install --progress-bar off --require-hashes "$@" -r "$lock" >"$log" 2>&1 9>&- &
    job=$!
    while kill -0 "$job" 2>/dev/null; do
        sleep 0.5
        elapsed=$((SECONDS - start))
        if [ "$elapsed" -ge "$news" ]; then
            news=$((news + 10))
            if grep -q '^Installing collected' "$log"; then
                printf '    scaricati tutti, li installo… %s s\n' "$elapsed"
            else
                printf '    %s di %s… %s s\n' "$(grep -c '^Collecting' "$log" || true)" "$total" "$elapsed"
            fi
        fi
    done
    if ! wait "$job"; then
        printf '✗ %s: non è riuscito. Le ultime righe di %s:\n' "$title" "$log" >&2
        tail -n 15 "$log" | sed 's/^/    /' >&2
        fail "Di solito manca la rete o lo spazio (servono 4 GB liberi). Corretta la causa, ripeta lo stesso comando."
    fi
    job=
    printf '  fatto (%s s)\n' "$((SECONDS - start))"
}

if ! is_310 .venv/bin/python; then
    python=$(find_python)
    echo "• creo .venv con $python"
    rm -rf .venv
    "$python" -m venv .venv || fail "Non riesco a creare .venv con $python."
fi

if [ "${missing[0]}" = requirements.lock ]; then
    # A few old packages exist only as sources. They are built with the locked setuptools, not with whatever is newest that day.
    builders=.venv/costruzione.lock
    awk '/^[A-Za-z0-9]/ { wanted = /^(setuptools|wheel)==/ } wanted' requirements.lock >"$builders"
    pip_install "strumenti" "$builders" --no-deps
fi
for lock in "${missing[@]}"; do
    title="programmi"
    [ "$lock" = requirements.lock ] || title="strumenti per le prove"
    pip_install "$title" "$lock" --no-deps --no-build-isolation # the lock lists everything: nothing is left to work out
    digest "$lock" >"$(stamp "$lock")"
done
echo "✓ Ambiente pronto ($SECONDS s)."
