# Needs Python 3.11 to 3.13, git and make; everything else comes from the locked wheels in requirements-dev.txt.
# Recipes use only the shell's own commands and Python, so that nothing else has to be in PATH.

CLUSTER ?= sandbox
STATE   ?= sqlite
PY      := .venv/bin/python

export CLUSTER STATE
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install kubetools web controlplane check test demo demo-check serve package bench lock clean

help: ## Show this list
	@while IFS= read -r line; do case "$$line" in [a-z]*:*'## '*) \
	  printf '  make %-14s %s\n' "$${line%%:*}" "$${line##*## }";; esac; done < Makefile

install: .venv/.installed build/bin/tidegate ## Make .venv with the locked packages, and build/bin/tidegate

.venv/.installed: requirements.txt requirements-dev.txt
	@found=; for python in $(PYTHON) python3.11 python3 python3.12 python3.13 python; do \
	  if "$$python" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; \
	  then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "No Python 3.11, 3.12 or 3.13 with venv in PATH. Install one, or say make PYTHON=/where/python3.11" >&2; exit 1; \
	fi; \
	if ! $(PY) -c 'import pip' 2>/dev/null; then \
	  echo "==> making .venv with $$found"; "$$found" -m venv --clear .venv || exit 1; \
	fi
	@echo "==> installing the packages of requirements-dev.txt (about a minute the first time)"
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-dev.txt
	@: > .venv/.installed

build/bin/tidegate: .venv/.installed
	@$(PY) -m tidegate.launcher $@

kubetools: .venv/.installed ## Build the Go program that renders manifests (minutes once, then cached)
	@$(PY) -m kubetools.build

web: .venv/.installed ## Build the page (half a minute once, then cached)
	@$(PY) -m infra.web

controlplane: .venv/.installed ## Build the real control plane for tests (about 15 CPU-minutes once, then cached)
	@$(PY) -m tests.controlplane.build

check: kubetools ## Format, lint, types, import contracts and the fast tests; under a minute
	@echo "==> format"    && $(PY) -m ruff format --check .
	@echo "==> lint"      && $(PY) -m ruff check .
	@echo "==> types"     && $(PY) -m mypy
	@echo "==> contracts" && .venv/bin/lint-imports
	@echo "==> fast tests" && $(PY) -m pytest -q -n 2 -m "not control_plane and not slow"

test: kubetools web controlplane ## Every test, in Go, TypeScript and Python, on the sandbox and on the real control plane
	@echo "==> Go tests" && $(PY) -m kubetools.build --test
	@echo "==> types and lint of the page" && $(PY) -m infra.web --lint
	@echo "==> Python tests" && $(PY) -m pytest -q -n 2

demo: kubetools web $(if $(filter real,$(CLUSTER)),controlplane) ## Start the local world and Tidegate in it (CLUSTER=sandbox|real STATE=sqlite|azurite)
	@$(PY) -m sandbox.demo

demo-check: kubetools web $(if $(filter real,$(CLUSTER)),controlplane) ## Play the demo unattended and count what passed (same variables)
	$(if $(filter azurite,$(STATE)),@$(PY) -m bench.storage_calls)
	@$(PY) -m sandbox.demo --check

serve: serve-arguments kubetools web ## Run Tidegate for a real cluster and repository: make serve KUBECONFIG=… REPO=…
	@TIDEGATE_KUBECONFIG="$(KUBECONFIG)" TIDEGATE_BOOTSTRAP_REPO="$(REPO)" $(PY) -m host serve

serve-arguments:
	@[ -n "$(KUBECONFIG)" ] && [ -n "$(REPO)" ] || { \
	  echo "Say which: make serve KUBECONFIG=~/.kube/config REPO=https://github.com/my-org/helm-charts.git" >&2; exit 2; }

package: kubetools web ## Build dist/tidegate.zip for Azure, print its sizes, and run it from an unpacked folder
	@$(PY) -m infra.package

bench: kubetools ## List the measurements and run them; one of them: make bench BENCH=lines
	@$(PY) -m bench $(BENCH)

lock: .venv/.installed ## Write requirements*.txt anew from requirements*.in
	@for name in requirements requirements-dev; do \
	  echo "==> $$name.txt"; \
	  $(PY) -m piptools compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-emit-trusted-host --allow-unsafe --strip-extras --output-file=$$name.txt $$name.in || exit 1; \
	done

clean: ## Remove .venv and what was built here; caches under ~/.cache/tidegate stay
	@echo "==> removing .venv, build, dist and tool caches"
	@for python in python3.11 python3 python3.12 python3.13 python; do \
	  "$$python" -c 'import shutil; [shutil.rmtree(p, ignore_errors=True) for p in (".venv", "build", "dist", "web/dist", ".demo", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache")]' \
	    2>/dev/null && exit 0; \
	done; echo "No Python in PATH: remove .venv and build by hand" >&2; exit 1
