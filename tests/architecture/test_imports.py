"""The import contracts of pyproject.toml, for `make test`; `make check` runs them by themselves."""

from __future__ import annotations

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from bench.lines import ROOT


@pytest.mark.slow
def test_every_import_contract_is_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(cache_dir=None, is_debug_mode=False)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out
