# Two commands do everything: `make app` and `make test`. Each makes .venv on first use.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
export HUITOU_HOME ?= workspaces
SAMPLE := $(HUITOU_HOME)/sample/.ready

.PHONY: app demo test check bench clean

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@

$(SAMPLE): | $(INSTALLED)
	$(BIN)/huitou demo --workspace $(@D)
	touch $@

app: $(INSTALLED) $(SAMPLE)  ## install, load the sample shop, serve
	$(BIN)/streamlit run app.py

demo: $(SAMPLE)

test: $(INSTALLED)
	$(BIN)/python -m pytest -q

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

bench: $(INSTALLED)
	for race in benchmarks/*.py; do echo "== $$race"; $(BIN)/python $$race || exit 1; done

clean:
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .hypothesis
