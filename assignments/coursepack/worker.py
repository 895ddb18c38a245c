"""Runs inside the jail: executes a notebook's code cells, then answers calls.

The grader writes one JSON object a line on standard input and reads one a line from standard
output. The first line that arrives brings the cells and the limits. Everything that is sent
back is written by the student's process and therefore worth no trust: the grader takes from it
plain numbers only (see ``calls.py``).

This file is self-contained, standard library and NumPy, because the jail holds nothing else
of the course pack.
"""

import json
import math
import numbers
import os
import re
import signal
import sys
import types
from typing import Any, BinaryIO

import numpy as np

LONGEST_MESSAGE = 300
DEEPEST = 8


# Values on the wire


def encode(value: object, *, arrays: bool, depth: int = DEEPEST) -> Any:
    """Return the value in terms of JSON; with ``arrays`` an array stays an array.

    Raises ``TypeError`` for whatever is neither a number nor text nor nested lists of these.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, numbers.Integral):
        whole = int(value)
        if whole.bit_length() > 1024:
            raise TypeError("a whole number with more than 300 digits came back")
        return whole
    if isinstance(value, numbers.Real):
        number = float(value)
        return number if math.isfinite(number) else {"float": repr(number)}
    if depth and isinstance(value, (np.ndarray, np.generic)):
        if not arrays or isinstance(value, np.generic):
            return encode(value.tolist(), arrays=arrays, depth=depth - 1)
        items = [encode(item, arrays=False, depth=1) for item in value.ravel().tolist()]
        return {"array": items, "shape": list(value.shape), "dtype": value.dtype.str}
    if depth and isinstance(value, (list, tuple)):
        items = [encode(item, arrays=arrays, depth=depth - 1) for item in value]
        return {"tuple": items} if arrays and isinstance(value, tuple) else items
    raise TypeError(f"{type(value).__name__} is neither a number nor an array of numbers")


def decode(value: Any) -> Any:
    """Undo :func:`encode` for arguments, which come from the grader."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "float" in value:
        return float(value["float"])
    if "tuple" in value:
        return tuple(decode(item) for item in value["tuple"])
    items = [decode(item) for item in value["array"]]
    return np.array(items, dtype=value["dtype"]).reshape(value["shape"])


# Cells


def tidy(source: str) -> str:
    """Return a cell without magics, shell lines and question marks.

    A cell that is Python as it stands is left alone: a line may begin with the operator ``%``.
    """
    lines = source.splitlines()
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith("%%") and first[2:].split()[0:1] not in (["time"], ["capture"]):
        return ""
    while (at := _first_fault(lines)) is not None:
        if _is_magic(lines[at]):
            lines[at] = _indent(lines[at]) + "pass"
        else:  # the fault is the student's, or of a magic that makes a later line wrong
            return "\n".join(_indent(one) + "pass" if _is_magic(one) else one for one in lines)
    return "\n".join(lines)


def _first_fault(lines: list[str]) -> int | None:
    """Return the line at which Python stumbles first."""
    try:
        compile("\n".join(lines), "cell", "exec", dont_inherit=True)
    except SyntaxError as error:
        return min(max((error.lineno or 1) - 1, 0), len(lines) - 1)
    except ValueError:
        return 0
    return None


def _is_magic(line: str) -> bool:
    text = line.strip()
    pattern = r"[%!?].*|[\w, ]+=\s*[%!].*|[\w.]+\?{1,2}"
    return re.fullmatch(pattern, text) is not None


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def describe(error: BaseException, cell: int | None = None) -> dict[str, Any]:
    """Return an exception's class names, its text, and its line in the cell."""
    try:
        message = str(error)[:LONGEST_MESSAGE]
    except BaseException:
        message = ""
    report: dict[str, Any] = {
        "error": [kind.__name__ for kind in type(error).__mro__],
        "message": message,
    }
    if cell is not None:
        line = error.lineno if isinstance(error, SyntaxError) else None
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == f"<cell {cell}>":
                line = trace.tb_lineno
            trace = trace.tb_next
        report["line"] = line
    return report


# The process


def confine(setup: dict[str, Any]) -> None:
    """Give up root and take on the limits; nothing of the student has run yet."""
    if setup["limited"]:
        import resource  # now: the other user may not be able to read Python's files
    user = setup["user"]
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    if not setup["limited"]:
        return
    for kind, most in (
        (resource.RLIMIT_AS, setup["memory"]),
        (resource.RLIMIT_CPU, math.ceil(setup["process_cpu"])),
        (resource.RLIMIT_FSIZE, setup["file_size"]),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_NPROC, 1),  # this one: no further process and no thread
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def channel() -> tuple[BinaryIO, BinaryIO]:
    """Keep the two pipes for ourselves; print and input of the student go nowhere."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    return requests, replies


def send(replies: BinaryIO, reply: dict[str, Any]) -> None:
    """Write one line."""
    data = json.dumps(reply, allow_nan=False).encode() + b"\n"
    while data:
        data = data[replies.write(data) or 0 :]


def clock(seconds: float) -> None:
    """End this process after so much computing time; 0 takes the alarm back."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def notebook_module() -> types.ModuleType:
    """Return a fresh ``__main__`` with the few names that a notebook expects to find."""
    main = types.ModuleType("__main__")
    main.__dict__.update(display=print, get_ipython=lambda: None)
    instant = types.ModuleType("instant_checks")
    instant.__dict__["check"] = lambda *args, **kwargs: None
    sys.modules["__main__"] = main
    sys.modules["instant_checks"] = instant
    return main


def run() -> None:
    """Execute the cells, then answer calls until the grader hangs up."""
    requests, replies = channel()
    setup = json.loads(requests.readline())
    try:
        confine(setup)
    except Exception as error:  # a fault of the grader: it reads this text
        return send(replies, {"hello": repr(error)})
    send(replies, {"hello": True})
    names = notebook_module().__dict__
    for index, source in setup["cells"]:
        send(replies, {"begin": index})
        clock(setup["cell_cpu"])
        report: dict[str, Any] = {}
        try:
            code = compile(tidy(source), f"<cell {index}>", "exec", dont_inherit=True)
            exec(code, names)
        except BaseException as error:  # SystemExit and KeyboardInterrupt too
            report = describe(error, index)
        clock(0)
        send(replies, {"end": index, **report})
    send(replies, {"ready": True})
    for line in requests:
        request = json.loads(line)
        clock(setup["call_cpu"])
        reply = answer(request, names)
        clock(0)
        send(replies, {"id": request["id"], **reply})
    os._exit(0)  # whatever the student left to be done at the end


def answer(request: dict[str, Any], names: dict[str, Any]) -> dict[str, Any]:
    """Call the function that was asked for."""
    function = names.get(request["call"])
    if not callable(function):
        return {"error": ["Missing"], "message": f"{request['call']} is not defined"}
    try:
        args, kwargs = decode(request["args"]), request["kwargs"]
        value = function(*args, **{name: decode(item) for name, item in kwargs.items()})
    except BaseException as error:
        return describe(error)
    try:
        return {"value": encode(value, arrays=False)}
    except BaseException as error:
        return {"error": ["NotPlain"], "message": describe(error)["message"]}


if __name__ == "__main__":
    run()
