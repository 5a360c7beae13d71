VENV ?= .venv
PYTHON ?= python3
BIN = $(VENV)/bin
# The environment's Node comes before the system's, which may be too old for the stylesheet's tools.
WITH_NODE = PATH="$(abspath $(BIN)):$$PATH"

.PHONY: run test test-long test-database lint format css faults bench quality attack clean

# Install what is missing, then serve Muster with everything it needs until Ctrl-C.
run:
	@$(PYTHON) config/run/install.py $(VENV) && exec $(BIN)/python -m config.run

# Every check and every test but the long ones.
test:
	@$(PYTHON) config/run/install.py --dev --browser $(VENV) && exec $(BIN)/python config/run/check.py tests

# The long tests: races, killed servers, journeys in a browser, and walks through every door in each role. CI runs them too.
test-long:
	@$(PYTHON) config/run/install.py --dev --browser $(VENV) && exec $(BIN)/python config/run/check.py long

# The tests that depend on the version of Postgres, on the system's own (Debian's: 15).
test-database:
	@$(PYTHON) config/run/install.py --dev $(VENV) && exec $(BIN)/python config/run/check.py database

# The checks that read the code without running it.
lint:
	@$(PYTHON) config/run/install.py --dev $(VENV) && exec $(BIN)/python config/run/check.py

# Races and faults as often as docs/faults.md says, and the demo at many moments; writes that page. About forty minutes.
faults:
	@$(PYTHON) config/run/install.py --dev $(VENV) && exec $(BIN)/python -m pytest tests/races tests/faults tests/isolation/test_enumeration.py tests/isolation/test_nothing_of_one_tenant_shows_at_another.py tests/demo --thorough

# What must be fast, against its limits; writes docs/performance.md. About six minutes on a quiet machine.
bench:
	@$(PYTHON) config/run/install.py --dev $(VENV) && exec $(BIN)/python -m bench

# Measure every page of a fresh demo in a real browser; writes docs/quality.md. About a quarter of an hour.
quality:
	@$(PYTHON) config/run/install.py --dev --browser $(VENV)
	@$(WITH_NODE) npm install --prefix quality --no-save --no-audit --no-fund --loglevel=error
	@$(WITH_NODE) exec $(BIN)/python -m quality

# Fuzz the API of a fresh demo, and let scanners at its pages; writes docs/security.md.
# Some hours; a shorter one: make attack ATTACK="--examples 20 --minutes 5".
attack:
	@$(PYTHON) config/run/install.py --dev $(VENV)
	@test -x var/attack-venv/bin/wapiti || ($(BIN)/python -m venv var/attack-venv && var/attack-venv/bin/pip install -q -r requirements-attack.txt)
	@exec $(BIN)/python -m attack $(ATTACK)

format:
	@$(PYTHON) config/run/install.py --dev $(VENV)
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format . && $(BIN)/python -m config.run.templates --write

# Compile the stylesheet after a change of styles/ or of the templates.
css:
	@$(PYTHON) config/run/install.py --dev $(VENV)
	$(WITH_NODE) npm run css

# Remove everything that can be made again, the demo data with it. Stop Muster first.
clean:
	rm -rf var node_modules quality/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .venv .venv.lock node_modules.lock
	rm -rf /dev/shm/muster-test-$$(id -u)-*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
