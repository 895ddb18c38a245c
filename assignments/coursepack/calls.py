"""Calls of functions that live in a jail.

Whatever comes out of the jail was written by the student's process. From each line this module
takes plain numbers, short texts and nothing else; a line that is late, too long, not JSON or
not the answer to the question just asked ends that process.
"""

import contextlib
import json
import math
import os
import re
import secrets
import selectors
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .checking import StudentError
from .jail import Jail, Limits
from .notebook import clean
from .worker import DEEPEST, LONGEST_MESSAGE, encode

ALARM = 128 + 27  # SIGPROF, as bubblewrap reports it
MEMORY_WORDS = "out of memory, or stopped by the system"


class Gone(Exception):  # noqa: N818
    """The worker cannot be talked to any more; ``kind`` and the text say why."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Broken(BaseException):
    """The grader itself does not work; no student is to blame.

    Not an ``Exception``, because it passes through checks, which take every exception for a
    value that they could not use.
    """


@dataclass
class CellReport:
    """What happened to one code cell."""

    index: int
    kind: str
    message: str
    line: int | None = None


@dataclass
class Student:
    """One submission's code, alive in a jail for as long as it behaves.

    A cell that has to be stopped is left out when the worker starts again; a call that has to
    be stopped costs that call.
    """

    cells: Sequence[tuple[int, str]]
    jail: Jail
    limits: Limits
    reports: list[CellReport] = field(default_factory=list)
    starts: int = 0
    _stops: Counter[str] = field(default_factory=Counter)
    _left_out: set[int] = field(default_factory=set)
    _process: subprocess.Popen[bytes] | None = None
    _folder: str | None = None
    _buffer: bytes = b""
    _deadline: float = math.inf

    def __enter__(self) -> "Student":
        self._deadline = time.monotonic() + self.limits.total_wall
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()  # a worker that behaves goes home now
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=0.2)
        self._end()

    def function(self, name: str) -> Callable[..., Any]:
        """Return a stand-in for the student's function of this name."""

        def stand_in(*args: object, **kwargs: object) -> Any:
            return self.call(name, args, kwargs)

        stand_in.__name__ = name
        return stand_in

    def call(self, name: str, args: tuple[object, ...], kwargs: dict[str, object]) -> Any:
        """Return the plain value of one call or raise :class:`StudentError`."""
        most = self.limits.stops
        if self._stops[name] >= most:
            words = f"{name} had to be stopped {most} times and is not called any more"
            raise StudentError(["Stopped"], words)
        identity = secrets.token_hex(8)
        request = {
            "id": identity,
            "call": name,
            "args": [encode(item, arrays=True) for item in args],
            "kwargs": {key: encode(item, arrays=True) for key, item in kwargs.items()},
        }
        try:
            self._ready()
            until = self._until(self.limits.call_wall)
            self._write(request, until)
            reply = self._read(until)
            if reply.get("id") != identity:
                raise Gone("Stopped", "an answer came that nobody had asked for")
            return result(reply)
        except Gone as gone:
            self._stops[name] += 1
            self._end()
            raise StudentError([gone.kind], str(gone)) from None

    def _ready(self) -> None:
        """Have a worker that has executed the cells."""
        while self._process is None:
            if len(self._left_out) > self.limits.stops:
                raise Gone("Stopped", "too many cells of the notebook had to be stopped")
            self._start()

    def _start(self) -> None:
        """Execute the cells; when one has to be stopped, leave it out the next time."""
        self.starts += 1
        reports: list[CellReport] = []
        try:
            self._process, self._folder = self.jail.open()
        except OSError as fault:
            raise Broken(f"no worker could be started: {fault}") from None
        self._buffer = b""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)
        cells = [cell for cell in self.cells if cell[0] not in self._left_out]
        at = None
        try:
            until = self._until(self.limits.start_wall)
            self._write({**self.jail.setup(self.limits), "cells": cells}, until)
            if (greeting := self._read(until).get("hello")) is not True:
                raise Gone("Broken", str(greeting))
            until = self._until(self.limits.cell_wall)
            for index, _ in cells:
                expect_line(self._read(until), begin=index)
                at = index
                until = self._until(self.limits.cell_wall)
                report = self._read(until)
                expect_line(report, end=index)
                if "error" in report:
                    error = student_error(report)
                    line = report.get("line")
                    line = line if type(line) is int and 0 < line < 10**6 else None
                    reports.append(CellReport(index, error.kinds[0], error.message, line))
            expect_line(self._read(until), ready=True)
        except Gone as gone:
            self._end()
            if time.monotonic() >= self._deadline:
                raise Gone(
                    "TimeLimit", "the time for the whole submission is used up"
                ) from None
            if at is None:  # nothing of the student has run yet
                raise Broken(f"the worker did not start: {gone}") from None
            self._left_out.add(at)
            self.reports.append(CellReport(at, gone.kind, str(gone)))
            return
        known = {report.index for report in self.reports}
        self.reports += [report for report in reports if report.index not in known]

    def _until(self, seconds: float) -> float:
        return min(time.monotonic() + seconds, self._deadline)

    def _write(self, message: dict[str, Any], until: float) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        data = memoryview(json.dumps(message, allow_nan=False).encode() + b"\n")
        pipe = self._process.stdin.fileno()
        while data:
            self._wait(pipe, selectors.EVENT_WRITE, until)
            try:
                data = data[os.write(pipe, data) :]
            except BrokenPipeError:
                raise self._ended() from None

    def _read(self, until: float) -> dict[str, Any]:
        """Return the next line, an object of JSON."""
        assert self._process is not None
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        while b"\n" not in self._buffer:
            if len(self._buffer) > self.limits.reply:
                raise Gone("Stopped", "it returned far too much")
            self._wait(pipe, selectors.EVENT_READ, until)
            part = os.read(pipe, 1 << 16)
            if not part:
                raise self._ended()
            self._buffer += part
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            reply = json.loads(line)
        except (ValueError, RecursionError):
            raise Gone("Stopped", "it wrote into the grader's channel") from None
        if not isinstance(reply, dict):
            raise Gone("Stopped", "it wrote into the grader's channel")
        return reply

    @staticmethod
    def _wait(pipe: int, event: int, until: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, event)
            if not selector.select(max(0.0, until - time.monotonic())):
                raise Gone("TimeLimit", "it took too long")

    def _ended(self) -> Gone:
        """Return why the process is gone."""
        assert self._process is not None
        try:
            status = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return Gone("Stopped", "it cut the line to the grader")
        if status in (ALARM, ALARM - 128 - 54, -27):
            return Gone("TimeLimit", "it took too much computing time")
        if status in (128 + 9, -9):
            return Gone("MemoryLimit", MEMORY_WORDS)
        return Gone("Stopped", "it ended the whole process")

    def _end(self) -> None:
        """Kill the worker and everything in its jail."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process = self._folder = None


def expect_line(reply: dict[str, Any], **wanted: object) -> None:
    """Raise :class:`Gone` unless the reply has these entries."""
    if any(reply.get(name) != value for name, value in wanted.items()):
        raise Gone("Stopped", "it wrote into the grader's channel")


def result(reply: dict[str, Any]) -> Any:
    """Return the value in a reply, or raise the student's error."""
    if "error" in reply:
        raise student_error(reply)
    try:
        return plain_value(reply["value"])
    except (KeyError, TypeError, ValueError):
        raise Gone("Stopped", "it wrote into the grader's channel") from None


def plain_value(value: Any, depth: int = DEEPEST) -> Any:
    """Return what JSON brought: numbers, text, ``None``, lists; anything else is an error."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list) and depth:
        return [plain_value(item, depth - 1) for item in value]
    if isinstance(value, dict) and value.get("float") in ("inf", "-inf", "nan"):
        return float(value["float"])
    raise TypeError("not a plain value")


def student_error(reply: dict[str, Any]) -> StudentError:
    """Return the exception that a reply describes, whatever it says."""
    kinds, message = reply.get("error"), reply.get("message")
    listed = kinds[:20] if isinstance(kinds, list) else []
    names = [re.sub(r"\W+", "_", str(kind), flags=re.ASCII)[:60] for kind in listed]
    text = clean(message or "")[:LONGEST_MESSAGE]
    return StudentError([name for name in names if name] or ["Exception"], text)
