# The interface of the project: `make` lists what it can do.
#
# Needs cargo, make, and Python 3.11 or newer with pip; everything else goes into .venv.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BUILDER := $(VENV)/.builder
INSTALLED := $(VENV)/.installed
# When the extension was built last: optimised, and for the demonstration. Each takes the place of the other.
BUILT := target/maturin/.built
DEMO_BUILT := target/demo/.built
RUST := Cargo.toml Cargo.lock $(shell find src crates templates -type f 2>/dev/null)

# The demonstration: a plan, its outcomes, and the day of judgement.
HANOI := examples/hanoi/plan.yaml examples/hanoi/outcomes.csv --as-of 2025-12-31
# The pages of the committees' meeting: the city and two districts. Without optimisation they take far longer than
# all else of the demonstration; then they are those of Hanoi's published figures.
PACK = $(if $(wildcard $(BUILT)),$(COMMITTEE) --level city --unit 001 --unit 006,$(HANOI) --level city)
COMMITTEE := examples/committee/plan.yaml examples/committee/outcomes.csv examples/committee/outcomes-illustrative.csv --as-of 2024-03-06
BERLIN := examples/berlin/plan.yaml examples/berlin/outcomes.csv --as-of 2019-12-31

NOTEBOOKS := $(wildcard examples/*.ipynb examples/*/*.ipynb)

.PHONY: help
help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- Building

.PHONY: setup
setup: $(READY) ## Make .venv with every tool and library that development needs

# `--without-pip` because Debian keeps the wheels for it in a package of their own; the pip at hand
# then installs a newer one, which knows dependency groups.
$(BUILDER): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("attain needs Python 3.11 or newer, and $(PYTHON) is older" if sys.version_info < (3, 11) else 0)'
	$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear --without-pip $(VENV)
	$(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install --quiet --constraint constraints.txt pip
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt --group build
	@touch $@

$(READY): $(BUILDER)
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt \
		--group test --group lint --group docs
	@touch $@

# Programs that tests need: the browser that shows the interactive page, LibreOffice without its windows, which opens the
# workbooks, and a PostgreSQL server for cell queries. Where they can't be installed these tests are skipped, and fail in CI.
PROGRAMS := chromium libreoffice-calc-nogui postgresql
HAVE_PROGRAMS := command -v chromium >/dev/null && command -v soffice >/dev/null && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
$(INSTALLED): $(READY) Makefile
	@{ $(HAVE_PROGRAMS); } || { \
		root=$$([ "$$(id -u)" = 0 ] || echo 'sudo -n'); \
		$$root apt-get update --quiet && \
		$$root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends $(PROGRAMS); \
	} || echo 'can not be installed: $(PROGRAMS). Some tests need them'
	@if $(HAVE_PROGRAMS); then touch $@; fi

.PHONY: build
build: $(BUILT) ## Build the Python package in place, optimised but without waiting long

# A target directory of its own: cargo and maturin build pyo3 in different ways, and each would
# undo what the other has built.
MATURIN_DEVELOP := VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/maturin develop
$(BUILT): $(RUST) $(BUILDER)
	CARGO_TARGET_DIR=target/maturin $(MATURIN_DEVELOP)
	@rm -f $(DEMO_BUILT)
	@touch $@

# Without Parquet and without optimisation: the plans of the demonstration are judged in seconds all the same.
$(DEMO_BUILT): $(RUST) $(BUILDER)
	CARGO_TARGET_DIR=target/demo $(MATURIN_DEVELOP) --profile demo --no-default-features
	@rm -f $(BUILT)
	@touch $@

# The oldest systems on which the wheel works, those with glibc 2.28 (Debian 10, RHEL 8). Zig links with its symbols, whatever
# this machine has; maturin refuses a wheel that needs newer ones.
OLDEST_LINUX := manylinux_2_28
.PHONY: wheel
wheel: $(BUILDER) ## Build a wheel for others, as fast as it can be made (takes minutes)
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt --group wheel
	CARGO_TARGET_DIR=target/wheel PATH="$(CURDIR)/$(BIN):$$PATH" \
		$(BIN)/maturin build --zig --compatibility $(OLDEST_LINUX) --out build/wheels

# In an environment that has nothing else but the wheel and pandas, which the example needs. The extension is that of
# `make build`, so that nothing is compiled again; `-I` keeps the project's folder off the path.
WHEEL_TEST := build/wheel-test
.PHONY: wheel-test
wheel-test: $(BUILT) ## Install a wheel into a fresh environment and run the first example of the README
	rm -rf $(WHEEL_TEST)
	CARGO_TARGET_DIR=target/maturin $(BIN)/maturin build --profile release --out $(WHEEL_TEST)/wheels
	$(PYTHON) -m venv --without-pip $(WHEEL_TEST)/venv
	$(BIN)/python -m pip --disable-pip-version-check --python $(WHEEL_TEST)/venv/bin/python install --quiet \
		--constraint constraints.txt "$$(ls $(WHEEL_TEST)/wheels/*.whl)[pandas]"
	awk '/^```python$$/ { inside = 1; next } /^```$$/ && inside { exit } inside' README.md > $(WHEEL_TEST)/example.py
	cd $(WHEEL_TEST) && venv/bin/python -I -c 'import attain; assert "wheel-test" in attain.__file__, attain.__file__'
	cd $(WHEEL_TEST) && venv/bin/python -I example.py > example.txt && grep -q '3 met' example.txt
	cd $(WHEEL_TEST) && venv/bin/attain --help > help.txt

# Where the optimised extension exists, the demonstration runs with it.
.PHONY: demo
demo: $(or $(wildcard $(BUILT)),$(DEMO_BUILT)) ## Judge the example plans and write their scorecards to build/
	@mkdir -p build
	$(BIN)/python -m attain assess $(HANOI) --html build/scorecard.html --page build/page.html
	$(BIN)/python -m attain assess $(BERLIN) --html build/scorecard-berlin.html --page build/page-berlin.html
	$(BIN)/python -m attain pack $(PACK) --language vi --out build/pack

# ---- Testing

# The tests of a file share what is costly to make, such as a server: one process runs them all.
ON_ALL_CORES := --numprocesses logical --dist loadfile

# A compiler at work on one large crate leaves cores idle, and so does pip: what Rust and what Python need is built at the same
# time. Then the tests have the machine to themselves. Those of Python come last: they end with a line that says how many
# there were.
.PHONY: test
test: ## Run every check there is
	$(MAKE) --jobs=2 --output-sync=line rust-ready python-ready
	$(MAKE) lint stubtest docs rust-test $(if $(NOTEBOOKS),notebooks) wheel-test wasm python-test

.PHONY: rust-ready
rust-ready: rust-lint
	$(CARGO_TEST) --no-run
	$(CARGO_DOC)

# pip and maturin take turns: both install into .venv.
.PHONY: python-ready
python-ready: $(INSTALLED)
	$(MAKE) build wasm-ready

CARGO_TEST := cargo test --locked --features tracing
# Property tests try the same cases each time, so that only a change can break them.
.PHONY: rust-test
rust-test: export PROPTEST_RNG_SEED ?= 1
rust-test: ## Run the tests of the Rust crates, those in their documentation among them
	$(CARGO_TEST) --no-fail-fast

.PHONY: explore
explore: ## Run the property tests of the Rust crates on new random cases, ten times as many
	PROPTEST_RNG_SEED=$$(date +%s) PROPTEST_CASES=2560 PROPTEST_MAX_GLOBAL_REJECTS=100000 \
		cargo test --locked --no-fail-fast --lib --test attain

.PHONY: python-test
python-test: $(BUILT) $(READY) $(INSTALLED) ## Run the tests of the Python package
	$(BIN)/python -m pytest $(ON_ALL_CORES)

# The page with attain inside. Where the compiler's target for browsers can't be installed, this says so and does nothing.
WASM := wasm32-unknown-unknown
WASM_BUILT := target/wasm/$(WASM)/demo/attain_in_a_page.wasm
.PHONY: wasm-ready
wasm-ready:
	@if timeout 120 rustup target add $(WASM) 2>/dev/null; then \
		set -ex; \
		CARGO_TARGET_DIR=target/wasm cargo build --locked --package attain-in-a-page --target $(WASM) --profile demo; \
	fi

.PHONY: wasm
wasm: wasm-ready $(BUILT) $(INSTALLED) ## Build a page that judges in the browser, build/wasm.html, and try it
	@if [ -f $(WASM_BUILT) ]; then \
		set -ex; \
		$(BIN)/python examples/wasm/page.py $(WASM_BUILT) build/wasm.html; \
		$(BIN)/python -m pytest tests/wasm; \
	else \
		echo 'can not be installed: the target $(WASM) of rustc. The page in the browser is not checked'; \
	fi

# Java and the whole of PySpark, of which the other tests need the client alone. Not part of `make test`: it downloads 450 MB.
.PHONY: test-spark
test-spark: $(BUILT) $(READY) ## Run the tests of Spark frames on PySpark itself, with Java
	@command -v java >/dev/null || { \
		root=$$([ "$$(id -u)" = 0 ] || echo 'sudo -n'); \
		$$root apt-get update --quiet && \
		$$root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends openjdk-17-jre-headless; \
	}
	test -d build/spark/pyspark || \
		$(BIN)/python -m pip --disable-pip-version-check install --quiet --target build/spark --group spark
	PYTHONPATH=build/spark PYSPARK_PYTHON=$(CURDIR)/$(BIN)/python $(BIN)/python -m pytest tests/spark

.PHONY: notebooks
notebooks: $(BUILT) $(READY) ## Run the example notebooks from top to bottom
	$(BIN)/python -m pytest $(ON_ALL_CORES) --nbmake $(NOTEBOOKS)

# Small by default; `make bench FULL=--full` takes ten times the events, and memory for all engines.
FULL :=

.PHONY: bench
bench: $(BUILT) $(READY) ## Measure the main jobs beside what else one could take for them
	$(BIN)/python benches/peers/events.py $(FULL)
	$(BIN)/python benches/peers/assessments.py $(FULL)
	$(BIN)/python benches/peers/another_day.py
	$(BIN)/python benches/peers/importing.py
	$(BIN)/python benches/peers/stats.py $(FULL)

.PHONY: bench-kernels
bench-kernels: ## Measure the inner loops
	cargo bench --locked

# ---- Checking

.PHONY: lint
lint: rust-lint python-lint vocabulary ## Check formatting, lints, types, words and the direction of dependencies

# pyo3 is checked without a Python to link with.
NO_PYTHON := PYO3_NO_PYTHON=1 PYO3_BUILD_EXTENSION_MODULE=1
.PHONY: rust-lint
rust-lint:
	cargo fmt --check
	$(NO_PYTHON) cargo clippy --locked --workspace --exclude attain-in-a-page --all-targets --features attain/tracing -- -D warnings
	cargo clippy --locked --package attain --no-default-features --lib --example service -- -D warnings
	cargo clippy --locked --package attain --no-default-features --features arrow -- -D warnings
	cargo clippy --locked --package attain-stats -- -D warnings
	@tree=$$(cargo tree --locked --edges normal --target all --prefix none); \
	if grep -E '^(pyo3|numpy)' <<< "$$tree"; then \
		echo 'error: the crate depends on Python'; exit 1; \
	fi
	@tree=$$(cargo tree --locked --package attain-stats --edges normal --target all --prefix none); \
	if grep -vE '^(attain-stats|libm|num-[a-z]+|rand_(core|xoshiro)) ' <<< "$$tree"; then \
		echo 'error: the statistics depend on more than arithmetic'; exit 1; \
	fi

.PHONY: python-lint
python-lint: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

.PHONY: vocabulary
vocabulary: ## Check the words of documentation, comments and messages
	$(PYTHON) scripts/check_vocabulary.py

.PHONY: stubtest
stubtest: $(BUILT) $(READY) ## Compare the type stubs with what the extension module has
	$(BIN)/python -m mypy.stubtest --mypy-config-file pyproject.toml \
		--allowlist tests/python/stubtest-allowlist.txt attain

CARGO_DOC := RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps
.PHONY: docs
docs: $(READY) ## Build the documentation of the crates and of the package
	$(CARGO_DOC)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

.PHONY: pictures
pictures: $(BUILT) $(READY) ## Draw the pictures of the documentation
	for script in docs/pictures/*.py; do $(BIN)/python "$$script"; done

# ---- Maintenance

.PHONY: format
format: $(READY) ## Format everything
	cargo fmt
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

# With the oldest Python at hand, `make lock PYTHON=python3.11`: what it can install, newer ones can.
.PHONY: lock
lock: ## Renew constraints.txt with the newest versions
	$(PYTHON) -m venv --clear --without-pip build/lock
	$(PYTHON) -m pip --disable-pip-version-check --python build/lock/bin/python install --quiet pip
	build/lock/bin/python -m pip install --quiet --group build --group wheel --group test --group lint --group docs
	build/lock/bin/python -m pip freeze --all > constraints.txt
	rm -r build/lock

.PHONY: clean
clean: ## Remove everything that was built
	cargo clean
	rm -rf $(VENV) build site python/attain/*.so .mypy_cache .pytest_cache .ruff_cache .hypothesis
