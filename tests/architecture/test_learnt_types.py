"""msgspec learns a class when it first meets it, and the process crashes when two threads are first at once.

So every class that something is converted to has a decoder at the level of a module: there, the import lock
lets only one thread in. Seen with msgspec 0.22: of processes whose first eight threads decode the same
class at once, every third dies of signal 11.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

from bench.lines import ROOT, python_modules

MODULES = [
    ast.parse(path.read_text()) for path in python_modules(("functions", "shared", "host", "tidegate"))
]
BUILT_IN = {"Any", "None", "dict", "float", "int", "list", "msgspec", "str", "tuple"}
FIRST_READERS = """
import sys
from threading import Barrier, Thread
from shared.adapters.kubernetes.refusals import status_of

sys.setswitchinterval(1e-5)
together = Barrier(8)

def read():
    together.wait()
    status_of(b'{"details": {"causes": [{"message": "no"}]}}', 422)

threads = [Thread(target=read) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def calls_of_msgspec(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("msgspec."):
            yield node


def classes_in(expression: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)} - BUILT_IN


def converted() -> set[str]:
    """The classes in the second argument of `convert` and in `type=` of `decode`."""
    found: set[str] = set()
    for tree in MODULES:
        for call in calls_of_msgspec(tree):
            verb = ast.unparse(call.func).rpartition(".")[2]
            wanted = call.args[1:] if verb == "convert" else []
            wanted += [keyword.value for keyword in call.keywords if keyword.arg == "type"]
            found |= {name for expression in wanted for name in classes_in(expression)}
    return found


def learnt() -> set[str]:
    """The classes in decoders that are made when a module is imported."""
    statements = [node for tree in MODULES for node in tree.body if isinstance(node, ast.Assign)]
    return {
        name
        for statement in statements
        for call in calls_of_msgspec(statement)
        if ast.unparse(call.func).endswith("Decoder")
        for name in classes_in(statement.value)
    }


def test_every_class_that_is_converted_to_is_learnt_at_an_import() -> None:
    assert {"ApplicationStatus", "SeenObject"} <= converted() | learnt(), "the search finds nothing"
    assert converted() - learnt() == set()


def test_threads_that_are_first_to_be_refused_do_not_crash_the_process() -> None:
    runs = [subprocess.Popen([sys.executable, "-c", FIRST_READERS], cwd=ROOT) for _ in range(8)]
    assert [run.wait(60) for run in runs] == [0] * 8
