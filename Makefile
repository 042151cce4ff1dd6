# The two steps a new user needs: "make report", then "make test".
# Everything is installed in .venv, from pyproject.toml, at the versions of requirements.lock.

PYTHON ?= python3
TERRITORY ?= 200065928
RAW ?= ../shared/open-data
VENV := .venv
RUN := $(VENV)/bin

.PHONY: help env report method explore audit bench-uncertainty bench-annotations bench-batch test documents fast lint types lab schema data lock clean

help:  ## Affiche cette aide
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

$(VENV)/ready: pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 ou plus récent est nécessaire (make PYTHON=python3.12 …)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	@touch $@

env: $(VENV)/ready  ## Crée l’environnement .venv

report: $(VENV)/ready  ## Produit le document d’un territoire (TERRITORY="siren ou nom")
	@$(RUN)/diag360 report "$(TERRITORY)"

method: $(VENV)/ready  ## Produit les pages de la méthode et du catalogue
	@$(RUN)/diag360 method

test: $(VENV)/ready  ## Lance tous les tests
	$(RUN)/python -m pytest --numprocesses auto -m "not documents and not browser"
	@# Documents: each starts kernels of its own. Two lanes of processes with one thread each, for
	@# what is tested there is forking.
	@echo "Documents et lots : environ huit minutes, sans rien afficher avant la fin."
	$(MAKE) --no-print-directory --jobs 2 --output-sync=line test-documents test-batch

LANE := tests/documents/batch tests/documents/engine

.PHONY: test-documents test-batch
test-documents: $(VENV)/ready
	@$(RUN)/python -m pytest -m "documents and not browser" $(addprefix --ignore=,$(LANE))

test-batch: $(VENV)/ready
	@$(RUN)/python -m pytest -m "documents and not browser" $(LANE)

documents: $(VENV)/ready  ## Regarde les documents dans un navigateur (chromium, chromium-driver)
	$(RUN)/python -m pytest -m browser

fast: $(VENV)/ready  ## Lance les tests rapides
	$(RUN)/python -m pytest --numprocesses auto -m "not documents and not browser and not shared and not thorough"

lint: $(VENV)/ready  ## Vérifie la forme du code et des carnets
	$(RUN)/ruff check diag360 tests notebooks
	$(RUN)/ruff format --check diag360 tests notebooks

types: $(VENV)/ready  ## Vérifie les types
	$(RUN)/mypy

lab: $(VENV)/ready  ## Ouvre les carnets dans JupyterLab
	$(RUN)/jupyter lab notebooks

explore: $(VENV)/ready  ## Ouvre l’explorateur de poids dans le navigateur (TERRITORY="siren ou nom")
	$(RUN)/diag360 explore "$(TERRITORY)"

audit: $(VENV)/ready  ## Audite l’indice dans les dix rubriques du manuel OCDE/JRC
	@$(RUN)/diag360 audit

bench-uncertainty: $(VENV)/ready  ## Mesure les tirages de poids, en regard de deux produits de matrices
	$(RUN)/python tests/bench/bench_uncertainty.py

bench-annotations: $(VENV)/ready  ## Mesure ce que 2 000 notes ajoutent à la génération des documents
	$(RUN)/python tests/bench/bench_annotations.py

bench-batch: $(VENV)/ready  ## Mesure la production d’un lot, en regard de papermill et du plancher
	$(RUN)/python tests/bench/bench_batch.py

schema: $(VENV)/ready  ## Réécrit les schémas qui guident les éditeurs
	$(RUN)/diag360 catalogue schema
	$(RUN)/diag360 variant schema
	$(RUN)/diag360 annotations schema
	$(RUN)/diag360 batch-schema

data: $(VENV)/ready  ## Reconstruit les chiffres livrés (RAW=dossier des fichiers publics)
	$(RUN)/diag360 build-data "$(RAW)"

lock: $(VENV)/ready  ## Recalcule requirements.lock
	$(RUN)/python -m pip install --quiet uv
	$(RUN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --no-emit-index-url --no-annotate --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

clean:  ## Efface l’environnement et les documents produits
	rm -rf $(VENV) out dist
