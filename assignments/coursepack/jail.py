"""The closed room in which students' code runs.

Three kinds, the first is the rule:

``bwrap``
    A namespace of its own made by bubblewrap: no network, no other process, and a file system
    that holds only Python, read-only, and a small folder in memory. Submissions, solution,
    checks and the rest of the machine are not hidden there, they are absent.
``user``
    For a container that forbids bubblewrap and holds one submission only (Gradescope): another
    user without rights. The caller has to see to it that this user cannot read the checks.
``trusted``
    No jail. Only time is limited. For files that the instructor wrote.
"""

import fcntl
import functools
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

WORKER = Path(__file__).with_name("worker.py")
NOBODY = 65534
HOME = "/job"  # inside the jail
FORBIDDEN_PACKAGES = ("divcore", "assignments")  # never importable where work is graded
ADVICE = """\
Grading needs a jail, and none works here: {reason}

On Debian and Ubuntu:    sudo apt-get install bubblewrap
On Ubuntu 24.04 or later, until the next restart, and for all programs of the machine:
                         sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0
On macOS and Windows:    grade in a Linux virtual machine (or WSL), or with Gradescope.
Files that you wrote yourself can be graded without a jail: add --trusted."""

PROMISES = {
    "calls": "System calls are not filtered: a submission can take memory that no limit counts,"
    " and leave data for another one in the kernel.",
    "files": "The number of files is not limited: a submission can take some hundred megabytes"
    " of the kernel's memory until it is stopped.",
    "size": "The size of all files together is not limited (bubblewrap before 0.8).",
}


class NoJail(RuntimeError):  # noqa: N818
    """There is no jail, so nothing of a student may run."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Times are in seconds, sizes in bytes."""

    start_wall: float = 60.0  # until a worker runs, on a busy machine
    call_cpu: float = 2.0  # computing time of one call of a function
    call_wall: float = 10.0  # and by the clock on the wall, for code that sleeps
    cell_cpu: float = 10.0
    cell_wall: float = 30.0
    total_wall: float = 60.0  # of the whole submission: nobody holds a slot for longer
    process_cpu: float = 40.0  # of one process, for code that disarms the alarm
    stops: int = 3  # after so many stopped calls a function is not called again
    memory: int = 1 << 30
    file_size: int = 8 << 20
    files_size: int = 32 << 20  # of all files together
    reply: int = 1 << 20  # the longest line that is read from the jail


@dataclass(frozen=True)
class Jail:
    """A kind of jail that works on this machine."""

    kind: str
    absent: tuple[Path, ...] = ()  # folders that must not be visible, wherever they lie
    packages: tuple[str, ...] = ()  # what may be imported besides NumPy

    def setup(self, limits: Limits) -> dict[str, Any]:
        """Return what the worker has to know about its limits."""
        drop = self.kind != "trusted" and os.geteuid() == 0
        return {
            **asdict(limits),
            "limited": self.kind != "trusted",
            "bounded": self.kind == "bwrap",
            "packages": list(self.packages),
            "user": NOBODY if drop else None,
        }

    def open(self) -> tuple[subprocess.Popen[bytes], str | None]:
        """Start a worker; the second value is a folder to remove when it has ended."""
        folder = None
        command = [python(), "-I", "-B"]
        passed: list[int] = []
        if self.kind == "bwrap":
            arguments = _pipe(bwrap(self.absent))
            passed = [arguments]
            command = ["bwrap", "--args", str(arguments), "--", *command, "/worker.py"]
        else:
            folder = tempfile.mkdtemp(prefix="coursepack-")
            if self.kind == "user":
                os.chown(folder, NOBODY, NOBODY)
            # The text itself, because another user may not be able to read the file.
            command += ["-c", WORKER.read_text(encoding="utf-8")]
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=folder or "/",
                env=environment(folder or HOME),
                bufsize=0,
                pass_fds=passed,
            )
        finally:
            for handle in passed:
                os.close(handle)
        return process, folder


def python() -> str:
    """Return the interpreter's path with no link in its folder, which a jail would not have."""
    path = Path(sys.executable)
    return str(path.parent.resolve() / path.name)


def _pipe(arguments: Sequence[str]) -> int:
    """Return a pipe with bubblewrap's arguments: in a command line the jail could read them."""
    reading, writing = os.pipe()
    data = b"".join(os.fsencode(one) + b"\0" for one in arguments)
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, max(len(data), 1 << 16))
    with os.fdopen(writing, "wb") as file:
        file.write(data)
    return reading


def environment(home: str) -> dict[str, str]:
    """Return the whole environment of a worker: nothing of the instructor's."""
    threads = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": home,
        **{f"{name}_NUM_THREADS": "1" for name in threads},
    }


def find(
    *,
    trusted: bool = False,
    container: bool = False,
    absent: Sequence[Path] = (),
    packages: Sequence[str] = (),
) -> Jail:
    """Return a jail that was tried just now, or raise :class:`NoJail`.

    Parameters
    ----------
    trusted
        Use no jail at all.
    container
        Accept the kind ``user`` when bubblewrap does not work: this is a throw-away container.
    absent
        Folders that must not be visible inside.
    packages
        What may be imported besides the standard library and NumPy.
    """
    allowed = tuple(packages)
    if trusted:
        return Jail("trusted", packages=allowed)
    reason = why_not_bwrap()
    if not reason:
        return Jail("bwrap", tuple(path.resolve() for path in absent), allowed)
    if container and os.geteuid() == 0:
        return Jail("user", packages=allowed)
    raise NoJail(ADVICE.format(reason=reason))


def broken_promises(jail: Jail, limits: Limits) -> list[str]:
    """Return which promises do not hold on this machine, by trying: one sentence for each."""
    if jail.kind == "trusted":
        return []
    process, folder = jail.open()
    try:
        setup = json.dumps({**jail.setup(limits), "cells": []}).encode() + b"\n"
        shown, _ = process.communicate(setup, timeout=limits.start_wall)
        hello = json.loads(shown.partition(b"\n")[0])
    except (ValueError, OSError, subprocess.TimeoutExpired):
        return []  # no worker runs: grading the reference will say why
    finally:
        process.kill()
        process.wait()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
    missing = list(hello.get("missing", ()))
    if "files" in missing and "--size" not in _options():
        missing.append("size")
    return [PROMISES[name] for name in missing if name in PROMISES]


@functools.cache
def why_not_bwrap() -> str:
    """Return why bubblewrap cannot be used here, or nothing when it can."""
    if not sys.platform.startswith("linux"):
        return "this is not Linux."
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed."
    command = ["bwrap", *bwrap(()), "--", python(), "-I", "-c", "import numpy"]
    tried = subprocess.run(
        command, capture_output=True, text=True, env=environment(HOME), check=False
    )
    return "" if tried.returncode == 0 else tried.stderr.strip() or "bubblewrap failed."


def bwrap(absent: Sequence[Path]) -> list[str]:
    """Return bubblewrap's arguments, which build the jail around a command.

    The worker needs one capability to bound the folder for its files, and as root two more to
    turn into another user. It gives all of them up before anything of a student runs.
    """
    options = _options()
    command = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    command += ["--unshare-cgroup-try", "--die-with-parent", "--new-session"]
    command += ["--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"]
    if os.geteuid() == 0:
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user"]
    visible = _visible()
    parents = {parent for path in visible for parent in path.parents if parent != Path("/")}
    if "--perms" in options:  # otherwise only root could pass through them
        for path in sorted(parents):
            command += ["--perms", "0755", "--dir", str(path)]
    for path in visible:
        command += ["--ro-bind", str(path), str(path)]
    for name in ("/bin", "/sbin", "/lib", "/lib64"):
        link = Path(name)
        if link.is_symlink():
            command += ["--symlink", os.readlink(link), name]
        elif link.is_dir():
            command += ["--ro-bind", name, name]
    command += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    command += ["--ro-bind", str(WORKER), "/worker.py"]
    for path in (*absent, *_forbidden()):
        if any(path.is_relative_to(root) for root in visible) and path.is_dir():
            command += ["--tmpfs", str(path), "--remount-ro", str(path)]
    command += ["--proc", "/proc"]
    for name in ("null", "zero", "random", "urandom"):
        command += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    command += ["--perms", "0777"] if "--perms" in options else []
    command += ["--size", str(32 << 20)] if "--size" in options else []
    command += ["--tmpfs", HOME, "--chdir", HOME, "--remount-ro", "/"]
    return command


def _visible() -> list[Path]:
    """Return the folders that Python needs, none of them inside another."""
    wanted = {Path("/usr"), Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve()}
    wanted.add(Path(sys.executable).parent.resolve())
    wanted.add(Path(sys.executable).resolve().parent)
    shortest_first = sorted(wanted, key=lambda path: len(path.parts))
    kept: list[Path] = []
    for path in shortest_first:
        if not any(path.is_relative_to(other) for other in kept):
            kept.append(path)
    return kept


def _forbidden() -> list[Path]:
    """Return where the packages would lie that no submission may import."""
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    folders.update(path for path in sys.path if path.endswith("-packages"))
    folders.add(str(WORKER.parents[2]))  # the repository itself
    return [Path(folder).resolve() / name for folder in folders for name in FORBIDDEN_PACKAGES]


@functools.cache
def _options() -> str:
    return subprocess.run(["bwrap", "--help"], capture_output=True, text=True).stdout
