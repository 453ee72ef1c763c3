"""What to start when a file lies in a package that lost its executable bits."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kubetools.build import build
from shared.adapters.tools.manifest_tool import KubetoolsManifestTool
from shared.adapters.tools.program import Program


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A program as a package without executable bits has it."""
    made = tmp_path / "package" / "hello"
    made.parent.mkdir()
    made.write_text("#!/bin/sh\necho hello\n")
    made.chmod(0o444)
    return made


@pytest.fixture
def program(file: Path) -> Iterator[Program]:
    made = Program(file)
    yield made
    made.close()


def said_by(path: Path) -> str:
    return subprocess.run([path], check=True, capture_output=True, text=True).stdout


def test_an_executable_file_is_started_where_it_lies(file: Path, program: Program) -> None:
    file.chmod(0o755)
    assert program.path() == file


def test_a_file_without_the_bit_is_started_as_a_private_copy(file: Path, program: Program) -> None:
    copy = program.path()
    assert copy != file
    assert said_by(copy) == "hello\n"
    assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o500, 0o700)
    assert file.stat().st_mode & 0o777 == 0o444


def test_many_threads_share_one_copy(program: Program) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: program.path(), range(16)))) == 1


def test_the_copy_goes_when_it_is_closed_and_comes_back_when_it_is_wanted(program: Program) -> None:
    first = program.path()
    program.close()
    program.close()
    assert not first.parent.exists()
    assert said_by(program.path()) == "hello\n"


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Program(tmp_path / "none").path()


def test_kubetools_renders_from_a_package_that_lost_its_bits(tmp_path: Path) -> None:
    bare = tmp_path / "kubetools"
    bare.write_bytes((build() / "kubetools").read_bytes())
    bare.chmod(0o444)
    tool = KubetoolsManifestTool(bare)
    try:
        assert tool.yaml(b"kind: A") == ({"kind": "A"},)
    finally:
        tool.close()
