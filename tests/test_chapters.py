"""The form of every notebook, and that the book leaves none out."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from tests import sidecar
from tests.sidecar import PAGES, Page
from tools.notebook_form import problems
from tools.outputs import ROOT, notebooks

NOTEBOOKS = notebooks()


BY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@BY_PAGE
def test_page_has_its_sidecar(page: Page) -> None:
    assert not (found := list(page.faults())), "\n".join(found)


def test_no_file_belongs_to_no_page() -> None:
    assert not (found := list(sidecar.faults_of_the_set())), "\n".join(found)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_form(path: Path) -> None:
    assert not (found := problems(path)), "\n".join(found)


def test_every_page_is_in_the_table_of_contents() -> None:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = {toc["root"]} | {c["file"] for part in toc["parts"] for c in part["chapters"]}
    pages = {str(p.relative_to(ROOT).with_suffix("")).replace("\\", "/") for p in NOTEBOOKS}
    assert pages <= listed


def test_pytest_runs_every_notebook_and_loosens_nothing() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    options = config["tool"]["pytest"]["ini_options"]
    assert {"--nbval", "--nbval-current-env"} <= set(options["addopts"])
    assert not re.search(r"lax|sanitize|nbdime", " ".join(options["addopts"]))
    assert options["filterwarnings"] == ["error"]
    for path in NOTEBOOKS:
        place = path.relative_to(ROOT)
        assert place.parts[0] in options["testpaths"], f"pytest does not run {place}"


def test_links_to_equations_of_other_chapters_lead_somewhere() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in NOTEBOOKS}
    pages = [*NOTEBOOKS, *ROOT.glob("*.md")]
    found = 0
    for page in pages:
        for target, number in re.findall(
            r"\]\((?:chapters/)?([\w-]+\.ipynb)#eq-(\d+-\d+)\)",
            page.read_text(encoding="utf-8"),
        ):
            found += 1
            tag = r"\\tag{" + number.replace("-", ".") + "}"
            assert tag in texts[target], f"{page.name} refers to {number} in {target}"
    assert found > 0
