"""Every page that is a notebook, to take home: one ZIP file that runs after ``pip install``.

In the archive of one notebook everything lies where its code expects it:

* the notebook itself, with its stored outputs,
* ``data/``, as far as the code names it, with sources and licences,
* ``divcore/`` and ``exhibits/``, which Python finds because they are beside the notebook,
* ``requirements.txt``, the chapters' part of the book's requirements,
* ``README.txt``, which says what to type.

One more archive has all notebooks, laid out as in the book's folder; there ``divcore`` is
installed like the other requirements. An archive has no times and no owners in it: the same
sources always make the same bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes  # type: ignore[import-untyped]
    from sphinx.application import Sphinx

FOLDER = "_downloads/notebooks"
EVERYTHING = "all-notebooks"
DATA = Path("chapters") / "data"
HEADING = "\n# the chapters\n"
PACKAGES = ["divcore", "exhibits"]  # the formulas, and what is drawn
PACKAGING = ["pyproject.toml", "README.md", "LICENSE"]  # what pip needs to install divcore
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that ZIP knows

README = """{title}

With Python 3.11 or newer, in this folder:

    python -m venv .venv
    .venv/bin/python -m pip install -r requirements.txt
    .venv/bin/jupyter lab {opened}

On Windows write .venv\\Scripts\\ for .venv/bin/. Nothing else is needed: the book's own
packages, divcore (formulas) and exhibits (figures), are here, and so are the data.
"""


# --- what belongs to a notebook ---------------------------------------------------------------


def code_of(notebook: Path) -> str:
    """Return the code of all cells."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def data_files(code: str, root: Path) -> list[Path]:
    """Return the data that the code names, and where each comes from and its licence."""
    named = [path for path in sorted((root / DATA).iterdir()) if path.name in code]
    papers = [root / DATA / "README.md", *sorted((root / DATA / "LICENSES").rglob("*"))]
    return [*named, *(path for path in papers if path.is_file())] if named else []


def requirements(root: Path) -> str:
    """Return the chapters' part of the book's requirements, without the remarks."""
    _, _, rest = (root / "requirements.txt").read_text(encoding="utf-8").partition(HEADING)
    lines = rest.partition("\n\n")[0].splitlines()
    return "".join(line.partition("#")[0].strip() + "\n" for line in lines)


# --- archives ---------------------------------------------------------------------------------


def write_archive(target: Path, files: dict[str, bytes]) -> None:
    """Write a ZIP file that depends on nothing but its content."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            about = zipfile.ZipInfo(f"{target.stem}/{name}", date_time=EARLIEST)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.create_system = 3  # Unix, wherever it is made
            about.external_attr = 0o644 << 16
            archive.writestr(about, files[name])


def package_files(root: Path) -> list[Path]:
    """Return the modules of the book's own packages."""
    return sorted(path for name in PACKAGES for path in (root / name).rglob("*.py"))


def archive_of_one(notebook: Path, root: Path, title: str) -> dict[str, bytes]:
    """Return the files for one notebook, by their names in the archive."""
    base = notebook.parent
    files = [notebook, *data_files(code_of(notebook), root)]
    content = {path.relative_to(base).as_posix(): path.read_bytes() for path in files}
    for path in package_files(root):
        content[path.relative_to(root).as_posix()] = path.read_bytes()
    content["requirements.txt"] = requirements(root).encode()
    content["README.txt"] = README.format(title=title, opened=notebook.name).encode()
    return content


def archive_of_all(notebooks: list[Path], root: Path, title: str) -> dict[str, bytes]:
    """Return the files for all notebooks, laid out as in the book's folder."""
    code = "\n".join(code_of(path) for path in notebooks)
    files = [*notebooks, *data_files(code, root), *package_files(root)]
    files += [root / name for name in PACKAGING if (root / name).is_file()]
    content = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    content["requirements.txt"] = f".\n{requirements(root)}".encode()
    content["README.txt"] = README.format(title=title, opened="").encode()
    return content


# --- the site ---------------------------------------------------------------------------------


def notebooks_of(app: Sphinx) -> Iterator[tuple[str, Path]]:
    """Give the pages that are notebooks, with their files."""
    for page in sorted(app.env.found_docs):
        path = Path(app.env.doc2path(page))
        if path.suffix == ".ipynb":
            yield page, path


def archive_name(page: str) -> str:
    """Return the name of a page's archive.

    >>> archive_name("chapters/01-entropy")
    '01-entropy'
    """
    return page.rpartition("/")[2]


def write_archives(app: Sphinx, error: Exception | None) -> None:
    """Write all archives, and copy the printed book if there is one."""
    if error or app.builder.name != "html":
        return
    root, target = Path(app.srcdir), Path(app.outdir) / FOLDER
    found = dict(notebooks_of(app))
    for page, path in found.items():
        content = archive_of_one(path, root, app.env.titles[page].astext())
        write_archive(target / f"{archive_name(page)}.zip", content)
    if found:
        content = archive_of_all(list(found.values()), root, app.config.project)
        write_archive(target / f"{EVERYTHING}.zip", content)
    if printed := printed_book():
        shutil.copyfile(printed, Path(app.outdir) / printed.name)


def printed_book() -> Path | None:
    """Return the PDF that the environment variable ``BOOK_PDF`` names."""
    return Path(os.environ["BOOK_PDF"]) if os.environ.get("BOOK_PDF") else None


def offer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Tell the template what this page has for downloading."""
    found = dict(notebooks_of(app))
    names = [(EVERYTHING, "All notebooks (zip)")] if found else []
    if page in found:
        names.insert(0, (archive_name(page), "This page as a notebook (zip)"))
    files = [
        {"label": label, "href": context["pathto"](f"{FOLDER}/{name}.zip", 1)}
        for name, label in names
    ]
    if printed := printed_book():
        files.append(
            {"label": "The whole book (PDF)", "href": context["pathto"](printed.name, 1)}
        )
    context.setdefault("book", {})["downloads"] = files
