"""How the Go programs are built and found."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from kubetools import build as building


def test_a_build_is_linked_by_the_hash_of_its_sources() -> None:
    folder = building.build()
    for name in building.PROGRAMS:
        assert (folder / name).resolve().parent.name == building.source_hash()
    said = subprocess.run([folder / "kubetools", "version"], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == building.source_hash()


def test_what_is_built_is_not_built_again() -> None:
    folder = building.build()
    before = [(folder / name).stat().st_mtime_ns for name in building.PROGRAMS]
    assert [(building.build() / name).stat().st_mtime_ns for name in building.PROGRAMS] == before


def test_the_hash_is_of_the_programs_and_not_of_their_tests(tmp_path: Path) -> None:
    copied = tmp_path / "kubetools"
    shutil.copytree(building.SOURCES, copied)
    first = building.source_hash(copied)
    assert first == building.source_hash()
    (copied / "internal" / "pipe" / "more_test.go").write_text("package pipe")
    assert building.source_hash(copied) == first
    (copied / "internal" / "pipe" / "more.go").write_text("package pipe")
    assert building.source_hash(copied) != first


def test_go_uses_its_own_caches_and_no_other_toolchain() -> None:
    environment = building.go_environment()
    assert (environment["GOTOOLCHAIN"], environment["CGO_ENABLED"]) == ("local", "0")
    assert {Path(environment[name]).parents[1].name for name in ("GOMODCACHE", "GOCACHE")} == {"tidegate"}
    said = subprocess.check_output([building.go_program(), "version"], env=environment, text=True)
    assert said.startswith("go version go1.27")
