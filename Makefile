# The whole interface of a developer. `make up` shows the system at work, `make test` proves it.

PY := .venv/bin
SRC := shared services clients cli deploy/local tests bench
MYPY := shared/src services/gateway/src services/intake/src services/workflow/src services/documents/src services/notify/src \
	services/bron-export/src clients/python/src cli/src deploy/local/src tests bench

.PHONY: help install up down status logs clean check fmt lint types imports sql test test-long test-rabbit4 bench docs diagrams sbom lock

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

install: ## what is missing on this machine: servers (apt), Python packages (uv), style sheets (npm)
	@deploy/bootstrap.sh

up: install ## start everything, load demo data, drive the main job, show what happened
	@$(PY)/python -m schakel_local demo

down: ## stop everything; the data stays
	@$(PY)/python -m schakel_local down

status: ## what runs, where
	@$(PY)/python -m schakel_local status

logs: ## the last lines of every log
	@$(PY)/python -m schakel_local logs

clean: ## stop everything and throw its data away
	@if [ -x $(PY)/python ]; then $(PY)/python -m schakel_local down --remove-data; \
	elif [ -e .local/servers/data/data-folder ]; then \
		echo "data is in $$(cat .local/servers/data/data-folder); make install first, it takes what removes it"; exit 1; fi
	@rm -rf .local

check: lint types imports sql ## lint, types, import rules, SQL

fmt: ## format
	@$(PY)/ruff format -q $(SRC)

lint:
	@$(PY)/ruff format -q --check $(SRC)
	@$(PY)/ruff check -q $(SRC)

types:
	@$(PY)/mypy $(MYPY)

imports:
	@$(PY)/lint-imports

sql:
	@$(PY)/squawk --reporter gcc shared/src/shared/migrations/*.sql services/*/migrations/*.sql

test: ## everything, on real servers that the tests start
	@deploy/bootstrap.sh --tests
	@$(MAKE) --no-print-directory check
	@$(PY)/pytest -q -m "not long" -n 2 --dist loadfile --no-loadscope-reorder

test-long: ## the outages that take minutes, and what has not its turn today in make test
	@deploy/bootstrap.sh --tests
	@$(PY)/pytest -q -m long --timeout 3600

test-rabbit4: ## the integration tests against RabbitMQ 4; unpacks it the first time, as root
	@deploy/bootstrap.sh --tests
	@$(PY)/python -m schakel_local rabbit4 .local/rabbit4
	@SCHAKEL_TEST_RABBIT4=.local/rabbit4 $(PY)/pytest -q tests/integration tests/contract -m "not long" -n 2 --dist loadfile --no-loadscope-reorder

bench: install ## figures, with the floor of this machine beside them
	@$(PY)/python -m bench

docs: ## generate docs/asyncapi, docs/openapi, docs/schemas, the Python client's models, the schema of rule sets, docs/access.md
	@$(PY)/python -m schakel docs
	@$(PY)/python -m schakel rules schema > docs/rules/ruleset.schema.json
	@cd tests && ../$(PY)/python -m support.access.matrix

diagrams: ## draw every aanvraagtype into docs/diagrams; needs Graphviz (make test installs it)
	@rm -rf docs/diagrams
	@for swv in PO0000 PO2507 PO2806 PO3008; do $(PY)/python -m schakel rules diagram $$swv -o docs/diagrams/$$swv >/dev/null || exit 1; done

sbom: install ## the list of all software with its licences (CycloneDX) in .local/sbom.cdx.json
	@mkdir -p .local
	@$(PY)/python -m schakel_local.sbom .local/sbom.cdx.json

lock: ## requirements.lock and one export per service, for any index
	@deploy/lock.sh
