"""Print the whole book: ``make pdf``.

Sphinx writes the book on one page, and Chromium prints it, with tags for screen readers and
an outline made of the headings. The paper side of ``_static/book.css`` has the rest.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
from pathlib import Path

from _ext.verification import verified_on
from tools.browser import Browser, find_browser, serve

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "_build" / "what-a-classifier-pays.pdf"
UNCHECKED = """
!!! The sources have changed since the last complete check, and the page "Status of this
!!! edition" of this PDF says so. Before you hand it out: make test, then make pdf again.
"""


def build_page(out: Path) -> Path:
    """Build the book on one page, every warning an error; return the page's folder."""
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [str(jupyter_book), "build", str(ROOT), "--all"]
    command += ["--builder", "singlehtml", "-n", "-W", "--keep-going", "-q"]
    subprocess.run([*command, "--path-output", str(out)], check=True, stdout=subprocess.DEVNULL)
    return out / "_build" / "singlehtml"


def print_page(address: str) -> bytes:
    """Return a page as PDF."""
    paths = find_browser()
    if paths is None:
        raise SystemExit("make pdf needs Chromium and chromedriver")
    browser = Browser(*paths)
    try:
        browser.emulate(width=800)
        browser.open(address)
        options = {
            "generateTaggedPDF": True,
            "generateDocumentOutline": True,
            "printBackground": True,
            "preferCSSPageSize": True,  # size, margins and page numbers are in book.css
        }
        printed = browser.chrome.execute_cdp_cmd("Page.printToPDF", options)
    finally:
        browser.close()
    return base64.b64decode(printed["data"])


def compress(path: Path) -> None:
    """Let qpdf, where it is installed, pack what Chromium leaves loose: a third remains."""
    if qpdf := shutil.which("qpdf"):
        options = ["--object-streams=generate", "--recompress-flate", "--replace-input"]
        subprocess.run([qpdf, *options, path], check=True)


def main() -> None:
    """Build, print, and say where the result is."""
    folder = build_page(ROOT / "_build" / "print")
    with serve(folder) as address:
        data = print_page(f"{address}/index.html")
    TARGET.write_bytes(data)
    compress(TARGET)
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1e6:.1f} MB")
    if verified_on(ROOT) is None:
        print(UNCHECKED, file=sys.stderr)


if __name__ == "__main__":
    main()
