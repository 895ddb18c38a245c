"""Runs inside the jail: executes a notebook's code cells, then answers calls.

The grader writes one JSON object a line on standard input and reads one a line from standard
output. The first line that arrives brings the cells and the limits. Everything that is sent
back is written by the student's process and therefore worth no trust: the grader takes from it
plain numbers only (see ``calls.py``).

This file is self-contained, standard library and NumPy, because the jail holds nothing else
of the course pack.
"""

import __future__

import ast
import ctypes
import errno
import importlib.abc
import importlib.machinery
import json
import math
import numbers
import os
import platform
import re
import signal
import struct
import sys
import types
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

import numpy as np

LONGEST_MESSAGE = 300
DEEPEST = 8
FUTURE_FLAGS = 0
for _name in __future__.all_feature_names:
    FUTURE_FLAGS |= getattr(__future__, _name).compiler_flag


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
    if isinstance(value, (numbers.Real, Decimal)):
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


# The walls, from inside

ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
# What no assignment needs: memory that no limit counts, kernel objects that outlive a jail,
# further processes and programs, and whatever builds or leaves namespaces. For each call its
# number on x86-64 and on aarch64; asm/unistd.h has them.
DENIED = {
    "shmget": (29, 194), "shmat": (30, 196), "semget": (64, 190), "msgget": (68, 186),
    "mq_open": (240, 180), "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "userfaultfd": (323, 282), "vmsplice": (278, 75), "perf_event_open": (298, 241),
    "bpf": (321, 280), "inotify_init": (253, None), "inotify_init1": (294, 26),
    "fanotify_init": (300, 262), "epoll_create": (213, None), "epoll_create1": (291, 20),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "clone": (56, 220), "clone3": (435, 435), "fork": (57, None), "vfork": (58, None),
    "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "personality": (135, 92),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "swapon": (167, 224),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104),
}  # fmt: skip
SOCKET = (41, 198)
SOCKET_FAMILIES = (1, 2, 10)  # those that Python's own modules open; no other, as AF_VSOCK
MOST_FILES = 1000


def filter_program(machine: str) -> bytes | None:
    """Return the filter of system calls for a kind of processor, as the kernel reads it."""
    if machine not in ARCHITECTURES:
        return None
    architecture, column = ARCHITECTURES[machine]
    load, equal, at_least, leave = 0x20, 0x15, 0x35, 0x06
    kill, allow, refuse = 0x80000000, 0x7FFF0000, 0x00050000

    def line(code: int, yes: int, no: int, value: int) -> bytes:
        return struct.pack("=HBBI", code, yes, no, value)

    program = [line(load, 0, 0, 4), line(equal, 1, 0, architecture), line(leave, 0, 0, kill)]
    program += [line(load, 0, 0, 0)]
    if machine == "x86_64":  # the calls of 32-bit programs have numbers of their own
        program += [line(at_least, 0, 1, 0x40000000), line(leave, 0, 0, kill)]
    for name, calls in DENIED.items():
        if (number := calls[column]) is not None:
            fault = errno.ENOSYS if name == "clone3" else errno.EPERM  # as old kernels say it
            program += [line(equal, 0, 1, number), line(leave, 0, 0, refuse | fault)]
    program += [line(equal, 0, 2 + len(SOCKET_FAMILIES), SOCKET[column]), line(load, 0, 0, 16)]
    for left in range(len(SOCKET_FAMILIES), 0, -1):
        program.append(line(equal, left, 0, SOCKET_FAMILIES[-left]))
    program += [line(leave, 0, 0, refuse | errno.EPERM), line(leave, 0, 0, allow)]
    return b"".join(program)


def filter_calls() -> bool:
    """Have the kernel refuse what is in ``DENIED``, for good; return whether it does."""
    program = filter_program(platform.machine())
    if program is None:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    set_no_new_privileges, set_seccomp, with_filter = 38, 22, 2
    if libc.prctl(set_no_new_privileges, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(set_seccomp, with_filter, header, 0, 0) == 0)


def bound_files(size: int) -> bool:
    """Mount a folder in memory that holds so many bytes and files; return whether it worked."""
    libc = ctypes.CDLL(None, use_errno=True)
    here = os.getcwd().encode()
    options = f"size={size},nr_inodes={MOST_FILES},mode=0777".encode()
    nosuid_nodev = 6
    done = libc.mount(b"tmpfs", here, b"tmpfs", nosuid_nodev, options) == 0
    os.chdir(here)
    return bool(done)


def drop_capabilities() -> None:
    """Give up what was needed to mount that folder."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(47, 4, 0, 0, 0)  # PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL
    header, nothing = struct.pack("=Ii", 0x20080522, 0), bytes(24)
    if libc.capset(header, nothing) != 0:
        raise PermissionError("the worker could not give up its capabilities")


# The process


def confine(setup: dict[str, Any]) -> list[str]:
    """Give up root and take on the limits; nothing of the student has run yet.

    Returns the promises that cannot be kept here.
    """
    missing: list[str] = []
    if setup["limited"]:
        import resource  # now: the other user may not be able to read Python's files
    if setup["bounded"] and not bound_files(setup["files_size"]):
        missing.append("files")
    user = setup["user"]
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    if not setup["limited"]:
        return missing
    drop_capabilities()
    for kind, most in (
        (resource.RLIMIT_AS, setup["memory"]),
        (resource.RLIMIT_CPU, math.ceil(setup["process_cpu"])),
        (resource.RLIMIT_FSIZE, setup["file_size"]),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_NPROC, 1),  # this one: no further process and no thread
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    if not filter_calls():
        missing.append("calls")
    return missing


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


class StandIn:
    """Whatever a drawing library has: it can be called, and nothing comes of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Subplots() if name == "subplots" else Hist() if name == "hist" else StandIn()

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Do nothing."""
        return StandIn()

    def __getitem__(self, key: object) -> Any:
        return StandIn()

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Subplots(StandIn):
    """``plt.subplots``: a figure, and as many axes as were asked for."""

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Return a figure and axes of the shape that was asked for."""
        names = dict(zip(("nrows", "ncols"), args, strict=False)) | kwargs
        shape = [names.get(name, 1) for name in ("nrows", "ncols")]
        counts = [one if isinstance(one, int) and 0 < one < 20 else 1 for one in shape]
        axes = np.array([StandIn() for _ in range(math.prod(counts))], dtype=object)
        axes = axes.reshape(counts).squeeze()
        return StandIn(), axes.item() if axes.shape == () else axes


class Hist(StandIn):
    """``plt.hist``: counts, edges and bars."""

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Do nothing."""
        return StandIn(), StandIn(), StandIn()


class Packages(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The same packages on every machine, or marks would depend on whose machine it is.

    The standard library, NumPy and what the assignment names can be imported. What only shows
    something is replaced by a stand-in, and everything else is missing, installed or not.
    """

    shows = ("IPython", "matplotlib", "mpl_toolkits", "pylab", "seaborn", "ipywidgets", "tqdm")

    def __init__(self, allowed: list[str]) -> None:
        names = [re.split(r"[^\w.-]", one)[0].replace("-", "_") for one in allowed]
        self.allowed = {*sys.stdlib_module_names, "numpy", *names}

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:
        """Say how a module is found, or that it is missing."""
        top = fullname.partition(".")[0]
        if top in self.shows:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        if top in self.allowed or fullname in sys.modules:
            return None
        raise ModuleNotFoundError(f"No module named {top!r} where work is graded", name=top)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return a stand-in for a module that only shows something."""
        module = types.ModuleType(spec.name)
        ours = StandIn()
        module.__dict__["__getattr__"] = lambda name: getattr(ours, name)
        if spec.name.partition(".")[0] == "tqdm":
            module.__dict__["tqdm"] = lambda items=(), *args, **kwargs: items
        if spec.name.startswith("IPython"):
            module.__dict__.update(display=print, get_ipython=lambda: None)
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        """Do nothing: a stand-in has no code."""


def notebook_module(packages: list[str]) -> types.ModuleType:
    """Return a fresh ``__main__`` with the few names that a notebook expects to find."""
    main = types.ModuleType("__main__")
    main.__dict__.update(display=print, get_ipython=lambda: None)
    instant = types.ModuleType("instant_checks")
    instant.__dict__["check"] = lambda *args, **kwargs: None
    sys.modules["__main__"] = main
    sys.modules["instant_checks"] = instant
    sys.meta_path.insert(0, Packages(packages))
    return main


def execute(source: str, index: int, names: dict[str, Any]) -> dict[str, Any]:
    """Execute a cell; a package that is missing costs its import only, not the whole cell."""
    report: dict[str, Any] = {}
    try:
        name = f"<cell {index}>"
        text = tidy(source)
        flags = compile(text, name, "exec", dont_inherit=True).co_flags & FUTURE_FLAGS
        for statement in ast.parse(text, name).body:
            part = ast.Module([statement], [])
            try:
                exec(compile(part, name, "exec", flags, dont_inherit=True), names)
            except ImportError as error:
                if not isinstance(statement, (ast.Import, ast.ImportFrom)):
                    raise
                report = report or describe(error, index)
    except BaseException as error:  # SystemExit and KeyboardInterrupt too
        return describe(error, index)
    return report


def run() -> None:
    """Execute the cells, then answer calls until the grader hangs up."""
    requests, replies = channel()
    setup = json.loads(requests.readline())
    try:
        missing = confine(setup)
    except Exception as error:  # a fault of the grader: it reads this text
        return send(replies, {"hello": repr(error)})
    send(replies, {"hello": True, "missing": missing})
    names = notebook_module(setup["packages"]).__dict__
    for index, source in setup["cells"]:
        send(replies, {"begin": index})
        clock(setup["cell_cpu"])
        report = execute(source, index, names)
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
