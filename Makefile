# `make run` serves the demonstration, `make test` proves everything; both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: run check test test-long coverage cycle cluster bench lock process openapi browser screenshots

run: $(READY)
	JINSHENG_ENVIRONMENT=development JINSHENG_FOLDER=var/demonstration $(BIN)/jinsheng demonstrate

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2 tests/rules tests/test_architecture.py tests/test_process_page.py tests/workflow/test_process.py tests/api/test_sentences.py

test: $(READY) browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist worksteal

# Ten times as many programs of random acts, twice as long, with another seed every time: it is shown.
# The matrix of rights asks everybody instead of one of each who stand alike, and so does the swap of raters;
# schemathesis sends more of everything. Each part can be run by itself: `make test-long PART=tests/matrix`.
PARTS := tests/programs tests/matrix tests/api/test_any_input.py tests/api/test_identity_swap.py

test-long: $(READY)
	JINSHENG_PROGRAMS=$(or $(PROGRAMS),3000) JINSHENG_STEPS=$(or $(STEPS),60) JINSHENG_SEED=$(or $(SEED),$(shell date +%s)) \
		JINSHENG_EVERYBODY=yes JINSHENG_EXAMPLES=$(or $(EXAMPLES),25) \
		$(BIN)/python -m pytest -n 2 -m "long or not long" $(or $(PART),$(PARTS))

# Of the domain alone, on one database: which lines are gone through is the same on the other.
coverage: $(READY)
	$(BIN)/python -m pytest -q -n 2 --cov --cov-report=term:skip-covered -k "not postgresql" -m "not slow and not long" \
		tests/rules tests/workflow tests/notifications tests/api tests/journeys tests/integrations

cycle: $(READY)
	$(BIN)/python -m benchmarks.cycle --database $(or $(DB),sqlite) $(if $(KILL),--kill)

# What sweeps, signatures, messages, pages, imports and a start cost, beside the goals; on a machine that does nothing else.
bench: $(READY)
	$(BIN)/python -m benchmarks

# The same on two web, two clocks and two workers, of which one is killed every few seconds.
cluster: $(READY)
	$(BIN)/python -m benchmarks.cluster $(if $(EVERY),--every $(EVERY))

# Chromium and a font for Chinese, where they are missing and may be installed.
browser:
	bash tests/browser/install.sh

# The README's pictures, of the demonstration.
screenshots: $(READY) browser
	$(BIN)/python -m tests.browser.pictures

process: $(READY)
	$(BIN)/python -m server.process_page > docs/process.md

openapi: $(READY)
	$(BIN)/python -m server.openapi_file > docs/openapi.json

lock: $(READY)
	$(BIN)/uv export -q --all-extras --all-groups --no-emit-project --no-header -o requirements.lock
	rm -f uv.lock

# The lock is complete: resolving it again trips older pips over extras once a newer release is out.
$(READY): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e .
	touch $@
