"""Build the book and the same book with the stock theme, and measure both: ``make measure``.

Printed are the times of the builds, the sizes of the sites, and for every page what
``measure.mjs`` finds in Chromium. It needs Node and Chromium, and npm the first time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / "_build" / "measure"
# Hidden, because a build looks into all other folders for files that it might have to read.
TOOLS = WORK / ".tools"
CHAPTER = ROOT / "chapters" / "04-coin.ipynb"
STOCK_PAGES = "index.html,chapters/01-entropy.html,chapters/03-kl-divergence.html"


def build(name: str, *options: str | Path) -> tuple[Path, float]:
    """Build into a folder of its own; return the site and the seconds it took."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ROOT, *options]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "--path-output", WORK / name], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return WORK / name / "_build" / "html", time.perf_counter() - start


def megabytes(folder: Path) -> float:
    """Return the size of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def report(name: str, site: Path, *seconds: float) -> None:
    """Print what can be said without a browser."""
    times = ", ".join(f"{value:.1f} s" for value in seconds)
    print(f"{name}: built in {times}; {megabytes(site):.1f} MB on disk", flush=True)


def measure(site: Path, *options: str) -> None:
    """Let Chromium look at the pages of a site."""
    subprocess.run(["node", "measure.mjs", site, *options], cwd=TOOLS, check=True)


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", default="3", help="Lighthouse runs for each page")
    parser.add_argument("--pages", help="these pages only, such as index.html,data.html")
    parser.add_argument("--no-stock", action="store_true", help="leave the stock theme out")
    arguments = parser.parse_args()
    TOOLS.mkdir(parents=True, exist_ok=True)
    for source in [HERE / "package.json", *HERE.glob("*.mjs")]:
        shutil.copy(source, TOOLS)
    subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=TOOLS, check=True
    )

    shutil.rmtree(WORK / "book", ignore_errors=True)
    site, cold = build("book", "-W", "-n")
    os.utime(CHAPTER)
    _, warm = build("book", "-W", "-n")
    report("This book, cold and with one chapter changed", site, cold, warm)
    chosen = ["--pages", arguments.pages] if arguments.pages else []
    measure(site, "--runs", arguments.runs, "--json", str(WORK / "book.json"), *chosen)

    if not arguments.no_stock:
        shutil.rmtree(WORK / "stock", ignore_errors=True)
        stock, seconds = build("stock", "--config", HERE / "stock.yml")
        report("\nThe same with the stock theme", stock, seconds)
        pages = ["--pages", arguments.pages or STOCK_PAGES]
        measure(stock, "--runs", arguments.runs, "--stand-in", *pages)


if __name__ == "__main__":
    main()
