"""Where the values of a chart come from."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.render.build_environment import substituted
from shared.domain.render.render_request import ValueFile
from shared.domain.source.checkout import Checkout
from shared.domain.specs.helm_options import HelmOptions
from shared.errors import RenderError

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_GLOB = frozenset("*?[")
_REF = re.compile(r"\$([A-Za-z0-9_-]+)(?:/|$)")


@dataclass(frozen=True, slots=True)
class ValueFiles:
    """Resolves what people write as a path: relative to the chart, `/` = root of the repository, `$ref/`.

    `owner` is the subject of errors, `path` the chart's folder, `refs` the checkouts of the sources that
    have a `ref`, by that name without `$`.
    """

    owner: str
    checkout: Checkout
    path: str
    refs: Mapping[str, Checkout]
    environment: Mapping[str, str]

    def resolve(self, text: str, field: str) -> ValueFile:
        """Find one file by its written path, as a path from the root of its checkout.

        Raises RenderError for a URL, a glob, an unknown `$ref`, and what leaves the repository.

        Source: Argo CD getResolvedValueFiles, getResolvedRefValueFile (reposerver/repository) and
        util/io/path: a `$ref` is looked for before variables are put in.
        """
        named = _REF.match(text)
        if named and named[1] in self.refs:
            rest = substituted(text[named.end() :], self.environment)
            return ValueFile(self.refs[named[1]], self._inside(rest, "", text, field))
        if named and named[1] not in self.environment:
            raise self._error(field, text, f"needs a source with ref {named[1]!r}", "Add it to spec.sources")
        path = substituted(text, self.environment)
        if _URL.match(path):
            raise self._error(field, text, "is a URL, which is not fetched yet", "Keep the file in Git")
        if path.startswith("/"):
            return ValueFile(self.checkout, self._inside(path, "", text, field))
        return ValueFile(self.checkout, self._inside(path, self.path, text, field))

    def _inside(self, path: str, folder: str, text: str, field: str) -> str:
        if not _GLOB.isdisjoint(path):
            raise self._error(field, text, "is a glob, which is not followed yet", "Name each file")
        resolved = posixpath.normpath(posixpath.join(folder, path.lstrip("/")))
        if resolved == ".." or resolved.startswith(("../", "/")):
            raise self._error(field, text, "leaves the repository", "Name a file inside of it")
        if not path or resolved == ".":
            raise self._error(field, text, "names no file", "Name a file inside of the repository")
        return resolved

    def _error(self, field: str, text: str, problem: str, hint: str) -> RenderError:
        return RenderError(f"{self.owner}: {field} {text!r} {problem}. {hint}")


def inline_values(helm: HelmOptions) -> str:
    """The values written in the Application as YAML text; `values_object` wins, as JSON, which is YAML.

    Source: Argo CD ApplicationSourceHelm.ValuesYAML: an empty valuesObject still hides `values`.
    """
    if helm.values_object is None:
        return helm.values
    return json.dumps(helm.values_object, ensure_ascii=False)
