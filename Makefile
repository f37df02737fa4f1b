# L'assistente della Procura: tutti i comandi. «make» da solo li elenca.
SHELL := /bin/bash
.DEFAULT_GOAL := aiuto
.PHONY: aiuto run test chat verifica addestra misura modello-italiano blocca colleghi pulisci prepara prepara-prove

PY := .venv/bin/python
export PYTHONUTF8 := 1
# Rasa non deve chiamare nessuno, nemmeno durante le prove
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

aiuto: ## elenca i comandi
	@echo "Comandi (make COMANDO):"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 20
	@echo "Porte e cartelle si cambiano con variabili, per esempio: PORT=8080 make run (docs/impostazioni.md)"

run: prepara ## prepara quello che manca e avvia l'assistente su http://localhost:8000
	@exec $(PY) -m bot.launcher

test: prepara-prove ## tutte le verifiche: stile, tipi, conoscenza, prove
	@echo "• stile (ruff)"; $(PY) -m ruff check . && $(PY) -m ruff format --check .
	@echo "• tipi (mypy)"; $(PY) -m mypy bot knowledge actions $(wildcard calculators)
	@echo "• conoscenza"; $(PY) -m knowledge.verify
	@echo "• prove (pytest)"; $(PY) -m pytest -q

chat: prepara ## parla con l'assistente dal terminale
	@exec $(PY) -m bot.chat

verifica: $(PY) ## controlla la conoscenza (knowledge/)
	@$(PY) -m knowledge.verify

addestra: prepara ## addestra il modello, se qualcosa è cambiato
	@$(PY) -m bot.training

colleghi: prepara ## gli account dello sportello del personale; per crearne uno: docs/sportello.md
	@$(PY) -m bot.staff elenco

misura: prepara-prove ## misura quanto bene e quanto in fretta risponde
	@$(PY) -m tests.misura

modello-italiano: prepara ## installa il modello italiano di spaCy, se la rete lo permette
	@scripts/modello_italiano.sh

blocca: ## ricalcola le versioni bloccate (requirements*.lock)
	@scripts/blocca.sh

pulisci: ## toglie ambiente, modelli e file di lavoro; i dati (var/) restano
	rm -rf .venv models .rasa .mypy_cache .ruff_cache .pytest_cache .hypothesis .preparazione.lock
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

prepara:
	@scripts/prepara.sh

prepara-prove:
	@scripts/prepara.sh --prove

$(PY):
	@scripts/prepara.sh
