"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tiny_book import Book
from tools.browser import Browser, find_browser


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """Return a tiny book, without pages as yet."""
    return Book(tmp_path)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a running Chromium."""
    paths = find_browser()
    if paths is None:
        message = "no Chromium with chromedriver on this machine"
        if os.environ.get("BOOK_BROWSER") == "required":
            pytest.fail(message)
        pytest.skip(message)
    opened = Browser(*paths)
    yield opened
    opened.close()
