"""Nothing is committed that belongs to one machine, to a package registry, or to nobody."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bench.lines import ROOT
from tests.architecture.committed import committed_files

FILES = committed_files()
TEXTS = {path: data.decode() for path in FILES if b"\0" not in (data := (ROOT / path).read_bytes())}
LARGEST_BYTES = 512 * 1024
# Names are put together here, so that this file does not hold what it forbids
REGISTRIES = re.compile(
    "|".join(
        re.escape(".".join(name))
        for name in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("yarnpkg", "com"),
            ("proxy", "golang", "org"),
            ("sum", "golang", "org"),
            ("goproxy", "io"),
            ("goproxy", "cn"),
        )
    )
    + r"|--(?:extra-)?index-url[ =]|/(?:artifactory|nexus/repository)/"
)
MACHINE_PATH = re.compile(r"(?<![\w.~}/-])/(?:" + "|".join(("root", "work", "mnt/data")) + r")/")
PRIVATE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}|gh[pousr]_[A-Za-z0-9]{36}|AKIA[A-Z0-9]{16}"
)
UNWANTED_ENDINGS = {
    *(".pyc", ".pyo", ".so", ".a", ".o", ".exe", ".dll", ".dylib", ".whl", ".egg", ".jar", ".test"),
    *(".zip", ".tgz", ".gz", ".xz", ".bz2", ".zst", ".tar", ".db", ".sqlite", ".sqlite3", ".log", ".out"),
    *(
        ".pem",
        ".key",
        ".pfx",
        ".p12",
        ".crt",
        ".kubeconfig",
        ".env",
        ".swp",
        ".orig",
        ".rej",
        ".bak",
        ".prof",
    ),
}
UNWANTED_NAMES = {
    ".DS_Store",
    ".env",
    "local.settings.json",
    "node_modules",
    "vendor",
    "__pycache__",
    ".venv",
    ".idea",
}
PROGRAMS = (b"\x7fELF", b"MZ\x90\x00", b"\xcf\xfa\xed\xfe")


def offenders(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:80]}"
        for path, text in TEXTS.items()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_there_is_something_to_look_at() -> None:
    assert Path("Makefile") in TEXTS
    assert Path("tests/architecture/test_hygiene.py") in TEXTS


def test_no_file_names_a_package_registry() -> None:
    assert offenders(REGISTRIES) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert offenders(MACHINE_PATH) == []


def test_no_file_holds_a_private_key_or_a_token() -> None:
    assert [str(path) for path, text in TEXTS.items() if PRIVATE.search(text)] == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (REGISTRIES, "https://files." + "pythonhosted" + ".org/x"),
        (MACHINE_PATH, "open('/" + "root/x')"),
        (MACHINE_PATH, "cache: /" + "work/x"),
        (PRIVATE, "ghp_" + "a" * 36),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


@pytest.mark.parametrize(
    "text", ["tests/work/test_message.py", "https://example.com/root/x", "${HOME}/work/x"]
)
def test_a_folder_of_that_name_elsewhere_is_no_path_of_one_machine(text: str) -> None:
    assert not MACHINE_PATH.search(text)


def test_nothing_built_or_fetched_is_committed() -> None:
    assert [str(p) for p in FILES if p.suffix in UNWANTED_ENDINGS or UNWANTED_NAMES & set(p.parts)] == []
    assert [str(p) for p in FILES if (ROOT / p).read_bytes()[:4] in PROGRAMS] == []
    assert [str(p) for p in FILES if (ROOT / p).stat().st_size > LARGEST_BYTES] == []


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.name.startswith("requirements") and p.suffix == ".txt"], ids=str
)
def test_every_locked_package_has_one_version_and_its_hashes(path: Path) -> None:
    entries = re.sub(r"\\\n\s*", " ", TEXTS[path]).splitlines()
    locked = [entry for entry in entries if entry and not entry.lstrip().startswith("#")]
    assert locked
    assert [
        entry[:60] for entry in locked if not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry)
    ] == []


@pytest.mark.parametrize("path", [p for p in FILES if p.name == "go.mod"], ids=str)
def test_every_go_module_has_its_sums(path: Path) -> None:
    sums = TEXTS[path.with_name("go.sum")].splitlines()
    assert sums
    assert [line for line in sums if not re.fullmatch(r"\S+ v\S+ h1:[A-Za-z0-9+/]{43}=", line)] == []


def test_a_lock_of_web_packages_has_hashes_and_no_hosts() -> None:
    for path in (p for p in FILES if p.name == "package-lock.json"):
        packages = {name: entry for name, entry in json.loads(TEXTS[path])["packages"].items() if name}
        assert [name for name, entry in packages.items() if "resolved" in entry] == []
        assert [
            name
            for name, entry in packages.items()
            # what lies in the archive of another package is under that one's hash
            if "integrity" not in entry and "link" not in entry and "inBundle" not in entry
        ] == []
