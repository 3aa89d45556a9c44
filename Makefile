# Tribune: “make serve” runs it, “make test” tests it.
# Each needs Python 3.12 or later; everything else is installed into .venv from pinned and hashed requirements.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install serve dev test test-partners lint format bench messages requirements

PY := .venv/bin/python
MANAGE := $(PY) manage.py

# $(call install,requirements file) puts a set of packages into .venv: with uv where there is one, since it is faster.
# A home folder that cannot be written to is no place for a cache.
define install
	@if [ ! -w "$${HOME:-/nonexistent}" ]; then export PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1; fi; \
	echo "Installing $(1) …"; \
	if command -v uv >/dev/null 2>&1; then \
		uv pip install --quiet --python $(PY) --require-hashes --compile-bytecode -r $(1); \
	else \
		$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null || exit 1; \
		$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); \
	fi
	@touch $@
endef

help:
	@echo "make serve     run the production stack; PORT, HOST, DATA_DIR and DATABASE_URL are honoured"
	@echo "make dev       run it with reload and DEBUG"
	@echo "make install   put what it needs into .venv, and compile the translations"
	@echo "make test      all tests, on SQLite and on PostgreSQL, and in Chromium"
	@echo "make test-partners  hand tribunes over to a real WordPress (tests/wordpress.py says what it needs)"
	@echo "make lint      style, layers, migrations, translations, deployment checks"
	@echo "make format    put the style right"
	@echo "make bench     measure it under load"
	@echo "make messages  collect the texts to translate"

$(PY):
	@python=$$(requirements/find-python) && echo "Making .venv with $$python …" && "$$python" -m venv --clear .venv

.venv/base.stamp: requirements/base.txt | $(PY)
	$(call install,requirements/base.txt)

.venv/test.stamp: requirements/test.txt | $(PY)
	$(call install,requirements/test.txt)

.venv/lint.stamp: requirements/lint.txt | $(PY)
	$(call install,requirements/lint.txt)

# The compiled texts, from .po files by Babel: gettext need not be installed.
translations := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

%.mo: %.po | .venv/base.stamp
	@$(PY) -m babel.messages.frontend --quiet compile --input-file=$< --output-file=$@

install: .venv/base.stamp $(translations)

serve: install
	@exec $(MANAGE) serve

dev: install
	@exec env DEBUG=1 $(MANAGE) serve --dev

# Files of tests are shared out to two processes. Those that have nothing to do with the database run once.
test: .venv/test.stamp $(translations)
	$(PY) -m pytest --numprocesses 2 --dist loadgroup -m "not partners"
	$(PY) -m tests.postgres $(PY) -m pytest --numprocesses 2 --dist loadgroup -m "not browser and not stack and not partners"

lint: export DATA_DIR := build/lint
lint: .venv/lint.stamp $(translations)
	$(PY) -m ruff check --quiet .
	$(PY) -m ruff format --check --quiet .
	git ls-files -z '*.py' | xargs -0 .venv/bin/django-upgrade --check --target-version 6.1
	git ls-files -z 'templates/admin/*.html' | xargs -0 .venv/bin/djade --check --target-version 6.1
	.venv/bin/djhtml --check --tabwidth 2 templates
	.venv/bin/lint-imports --no-logo
	$(MANAGE) makemigrations --check --dry-run
	SITE_URL=https://blog.example.org $(MANAGE) check --deploy --fail-level WARNING
	$(PY) -m tests.translations

format: .venv/lint.stamp
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format --quiet .
	-git ls-files -z '*.py' | xargs -0 .venv/bin/django-upgrade --target-version 6.1
	-git ls-files -z 'templates/admin/*.html' | xargs -0 .venv/bin/djade --target-version 6.1
	-.venv/bin/djhtml --tabwidth 2 templates

# Of both databases all is shown before it ends with an error, where a budget is not met.
bench: .venv/test.stamp $(translations)
	@status=0; \
	$(MANAGE) bench --strict || status=1; \
	$(PY) -m tests.postgres --durable sh -c '$(MANAGE) bench --strict --database "$$DATABASE_URL"' || status=1; \
	exit $$status

# What is handed over to a WordPress, at a real one that is thrown away.
test-partners: .venv/test.stamp $(translations)
	$(PY) -m pytest -m partners

messages: .venv/base.stamp
	$(MANAGE) makemessages --locale fr --no-obsolete --add-location file --ignore .venv --ignore data --ignore build

# Pin anew what the loose files ask for; --upgrade comes from “make requirements UPGRADE=--upgrade”.
requirements:
	@for set in base test lint; do \
		uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header \
			$(UPGRADE) --output-file requirements/$$set.txt requirements/$$set.in || exit 1; \
	done
