"""azd provisions the template and deploys the package; `func` sees the app and nothing else."""

from __future__ import annotations

from fnmatch import fnmatch

import yaml

from bench.lines import ROOT
from infra.package import _OUTPUT
from infra.staging import PAGE, SOURCES
from tests.architecture.committed import committed_files
from tests.infra.bicep_files import variables

DOCUMENT = yaml.safe_load((ROOT / "azure.yaml").read_text())


def test_azd_finds_the_template_and_its_parameters() -> None:
    infra = DOCUMENT["infra"]
    folder = ROOT / infra["path"]
    assert infra["provider"] == "bicep"
    assert (folder / f"{infra['module']}.bicep").exists()
    assert (folder / f"{infra['module']}.parameters.json").exists()


def test_the_one_service_is_the_site_that_carries_its_tag() -> None:
    (name,) = DOCUMENT["services"]
    service = DOCUMENT["services"][name]
    assert (service["host"], service["language"]) == ("function", "python")
    tags = variables("site")["siteTags"]["function"]["parameters"]["arg_2"]
    assert tags == {"'azd-service-name'": name}


def test_azd_deploys_the_package_that_make_package_builds_and_builds_nothing_itself() -> None:
    package = _OUTPUT.relative_to(ROOT)
    assert DOCUMENT["services"]["api"]["remoteBuild"] is False
    assert DOCUMENT["workflows"]["up"]["steps"] == [
        {"azd": "provision"},
        {"azd": f"deploy api --from-package {package}"},
    ]
    assert DOCUMENT["hooks"]["predeploy"]["run"] == "make package"
    refusal = DOCUMENT["services"]["api"]["hooks"]["prepackage"]["run"]
    assert f"azd deploy api --from-package {package}" in refusal
    assert refusal.rstrip().endswith("exit 1")


def test_func_leaves_out_every_folder_that_the_package_leaves_out() -> None:
    lines = (ROOT / ".funcignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith(("#", "!"))]
    tops = {path.parts[0] for path in committed_files()}
    kept = {name for name in tops if not any(fnmatch(name, pattern) for pattern in patterns)}
    assert kept == {*SOURCES, PAGE.parts[0], "requirements.txt"}
