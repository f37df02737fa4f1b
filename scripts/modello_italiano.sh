#!/usr/bin/env bash
# Installa it_core_news_sm, il modello italiano di spaCy. Non sta nei registri dei pacchetti, solo tra le edizioni dei suoi autori.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

release=it_core_news_sm-3.4.0
file=$release-py3-none-any.whl
address=https://github.com/explosion/spacy-models/releases/download/$release/$file

if .venv/bin/python -c 'import it_core_news_sm' 2>/dev/null; then
    echo "✓ Il modello italiano di spaCy c'è già."
    exit 0
fi
echo "• scarico $release…"
if .venv/bin/python -m pip install --quiet --disable-pip-version-check --progress-bar off --no-deps --retries 1 --timeout 15 \
    "$address" 2>/dev/null; then
    echo "✓ Installato. Al prossimo «make run» il modello dell'assistente viene addestrato di nuovo."
    exit 0
fi
cat <<EOF
Non si può scaricare: questa rete non raggiunge il sito degli autori. L'assistente funziona lo stesso, con l'analisi italiana
di base di spaCy; cambia questo: non ci sono i lemmi («certificati» e «certificato» restano parole diverse, ma la domanda si
capisce dal significato) e i nomi di persona nelle domande messe da parte si riconoscono solo con le regole.
Da un computer con la rete: si scarica $file
da $address
e qui: .venv/bin/python -m pip install --no-deps /percorso/$file
EOF
