"""Run the chapters and store their outputs: ``make outputs``.

Every chapter is executed from top to bottom in a fresh kernel and written in one normal
form, so that running this twice changes nothing and a diff shows only what really moved.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / "chapters"
SECONDS_PER_CELL = 30  # what pytest allows, see --nbval-cell-timeout in pyproject.toml

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
NOTEBOOK_METADATA = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
CELL_METADATA = ("tags", "mystnb", "jupyter", "proves")  # what a chapter may say about a cell


def notebooks() -> list[Path]:
    """Return every notebook of the book: the chapters and the pages beside them."""
    return sorted([*ROOT.glob("*.ipynb"), *CHAPTERS.glob("*.ipynb")])


def normal_form(notebook: Any) -> Any:
    """Return the notebook without anything that depends on when and where it ran."""
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    count = 0
    for cell in notebook.cells:
        cell.metadata = {k: cell.metadata[k] for k in CELL_METADATA if k in cell.metadata}
        cell.pop("attachments", None)
        cell.source = cell.source.rstrip()
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = _joined_streams(cell.outputs)
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
    return notebook


def _joined_streams(outputs: list[Any]) -> list[Any]:
    """Join neighbouring pieces of one stream: where they are cut depends on timing."""
    joined: list[Any] = []
    for output in outputs:
        last: Any = joined[-1] if joined else output
        is_stream = output.output_type == last.output_type == "stream"
        if last is not output and is_stream and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def run(path: Path) -> str:
    """Execute one notebook in place and return a line about it."""
    start = time.perf_counter()
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name=KERNEL["name"],
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    text = nbformat.writes(normal_form(notebook)) + "\n"
    changed = path.read_text(encoding="utf-8") != text
    path.write_text(text, encoding="utf-8", newline="\n")
    seconds = time.perf_counter() - start
    return f"{path.name:32} {seconds:5.1f} s  {'changed' if changed else 'as it was'}"


def main() -> int:
    """Run the named notebooks, or all of the book."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of the book")
    paths = parser.parse_args().notebooks or notebooks()
    failed = False
    with ProcessPoolExecutor() as pool:
        for path, job in [(path, pool.submit(run, path)) for path in paths]:
            try:
                print(job.result(), flush=True)
            except CellExecutionError as error:
                failed = True
                print(f"{path.name}: a cell failed\n{error}", file=sys.stderr, flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
