"""Explorers: small charts that answer when a slider is moved.

A chapter shows one with a single call, and each teaches one thing::

    explore_coin_price()

The numbers are formulas in the reader's browser: no kernel and no server is asked.
`exhibits.explorer` has the class. What a call returns has three forms: the chart, which
JupyterLab and the book's site bring to life; an SVG drawing of its first state, the same on
every run, for paper, for pages without scripts and for GitHub; and both in words.

Each chapter has a module here. Every function in it that begins with ``explore_`` is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules

from exhibits.explorer import Explorer


def _found() -> Iterator[tuple[str, Callable[[], Explorer]]]:
    """Give the explorers of all chapters by their names, in the order of the chapters."""
    for module in sorted(iter_modules(__path__), key=lambda module: module.name):
        for name, value in vars(import_module(f"{__name__}.{module.name}")).items():
            if name.startswith("explore_"):
                yield name, value


EXPLORERS = dict(_found())
globals().update(EXPLORERS)
