"""The zip depends on nothing but what is in the folder, and keeps what has to be executable."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from infra.archive import Part, parts_of, unpack, write_archive
from infra.package import table
from infra.staging import LIBRARIES, PROGRAM

FILES = {
    "shared/z.py": b"z = 1\n",
    "function_app.py": b"app = 1\n" * 100,
    "shared/__pycache__/z.cpython-311.pyc": b"bytes",
    f"{LIBRARIES.as_posix()}/lib/__init__.py": b"lib = 1\n",
    f"{LIBRARIES.as_posix()}/lib.libs/a.so": b"so",
    f"{LIBRARIES.as_posix()}/lib-1.dist-info/METADATA": b"Name: lib\n",
    PROGRAM.as_posix(): b"\x7fELF",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    for name, content in FILES.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(content)
    (made / PROGRAM).chmod(0o755)
    return made


def test_times_and_the_order_of_writing_do_not_change_the_zip(folder: Path, tmp_path: Path) -> None:
    write_archive(folder, tmp_path / "a.zip")
    again = tmp_path / "again"
    for name in reversed(FILES):
        (again / name).parent.mkdir(parents=True, exist_ok=True)
        (again / name).write_bytes(FILES[name])
        os.utime(again / name, (1, 1))
    (again / PROGRAM).chmod(0o700)
    write_archive(again, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_changed_file_changes_the_zip(folder: Path, tmp_path: Path) -> None:
    write_archive(folder, tmp_path / "a.zip")
    (folder / "function_app.py").write_bytes(b"app = 2\n")
    write_archive(folder, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() != (tmp_path / "b.zip").read_bytes()


def test_only_the_program_is_executable_and_all_can_be_read(folder: Path, tmp_path: Path) -> None:
    (folder / "function_app.py").chmod(0o700)
    write_archive(folder, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as opened:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in opened.infolist()}
        assert [entry.filename for entry in opened.infolist()] == sorted(FILES)
    assert modes == {name: 0o755 if name == PROGRAM.as_posix() else 0o644 for name in FILES}


def test_what_is_unpacked_is_what_was_packed(folder: Path, tmp_path: Path) -> None:
    write_archive(folder, tmp_path / "a.zip")
    unpack(tmp_path / "a.zip", tmp_path / "unpacked")
    found = {
        path.relative_to(tmp_path / "unpacked").as_posix(): path.read_bytes()
        for path in (tmp_path / "unpacked").rglob("*")
        if path.is_file()
    }
    assert found == FILES
    assert os.access(tmp_path / "unpacked" / PROGRAM, os.X_OK)


def test_each_file_counts_in_one_part(folder: Path, tmp_path: Path) -> None:
    write_archive(folder, tmp_path / "a.zip")
    parts = parts_of(tmp_path / "a.zip")
    assert {part.name: part.files for part in parts} == {
        "Tidegate": 2,
        "bytecode": 1,
        "kubetools": 1,
        "library lib": 2,
        "libraries: metadata and single files": 1,
    }
    assert sum(part.unpacked for part in parts) == sum(map(len, FILES.values()))


def test_the_table_adds_up() -> None:
    parts = [Part(f"library {number}", 1, 2_000_000, 1_000_000) for number in range(15)]
    *_, rest, everything = table(parts)
    assert rest.split() == ["3", "smaller", "libraries", "3", "6.00", "3.00"]
    assert everything.split() == ["all", "15", "30.00", "15.00"]
