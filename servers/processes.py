"""Processes that end with the one that started them, one supervisor per folder, and a server with its log.

Standard library only. A kill -9 at any moment leaves nothing running.
"""

import ctypes
import fcntl
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from servers.places import AlreadyRunning, EmbeddedError, identity

PR_SET_PDEATHSIG = 1


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def command_of(pid: int) -> str:
    """The command line of a process; nothing when it has ended, even if its parent has not collected it yet."""
    if sys.platform == "linux":
        with suppress(OSError):
            return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes())
        return ""
    ps = ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)]
    return os.fsdecode(subprocess.run(ps, capture_output=True, check=False).stdout)


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def die_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """For preexec_fn: let Linux send `how` to the child when the thread that started it ends, even by kill -9."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, how)


class FolderLock:
    """One supervisor per data folder, named in the file while it is in charge.

    The children inherit the lock, so that it is free only when all have ended.
    """

    def __init__(self, home: Path):
        self.path = home / "lock"
        self.fd = -1

    def acquire(self, patience: float = 20) -> None:
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + patience
        while not self._try(fd):
            pid = int(os.pread(fd, 20, 0) or 0)
            if pid and command_of(pid):
                os.close(fd)
                raise AlreadyRunning(pid)
            if time.monotonic() > deadline:
                os.close(fd)
                raise EmbeddedError("Processes of an earlier run are still ending. Try again in a moment.")
            time.sleep(0.1)
        os.ftruncate(fd, 0)
        os.pwrite(fd, str(os.getpid()).encode(), 0)
        self.fd = fd

    def retire(self) -> None:
        """Say that we are ending: another supervisor then waits instead of giving up."""
        os.ftruncate(self.fd, 0)

    def release(self) -> None:
        fcntl.flock(self.fd, fcntl.LOCK_UN)
        os.close(self.fd)
        self.fd = -1

    def is_held(self) -> bool:
        """Whether anybody holds it now."""
        try:
            fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(fd)
        return False

    @staticmethod
    def _try(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def spawn(
    command: list[str | Path], *, farewell: signal.Signals, lock: FolderLock | None, **options: Any
) -> subprocess.Popen:
    """Start a child in a session of its own: Ctrl-C reaches only us, and we end the children in order."""
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent(farewell),
        pass_fds=(lock.fd,) if lock else (),
        **options,
    )


def end(process: subprocess.Popen, *signals: signal.Signals, patience: float = 8) -> int:
    """Ask with each signal in turn, wait, and in the end insist; leave no process of its group behind."""
    for how in signals:
        if process.poll() is None:
            process.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                process.wait(patience)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


class Place(Protocol):
    """Where and as whom a server runs; see embedded.Servers."""

    home: Path
    run: Path
    binaries: Path
    account: pwd.struct_passwd | None
    lock: FolderLock | None
    durable: bool
    prepared: bool


class Server:
    """A server process with a log file: start, wait until it answers, stop."""

    name: str
    stop_signal: signal.Signals

    def __init__(self, place: Place):
        self.home, self.run, self.lock = place.home, place.run, place.lock
        self.binaries, self.account = place.binaries, place.account
        self.durable, self.prepared = place.durable, place.prepared
        self.process: subprocess.Popen | None = None

    def prepare(self) -> None:
        """Make the data folder if there is none, and settle what an earlier process left behind."""
        raise NotImplementedError

    def command(self) -> list[str | Path]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    @property
    def log(self) -> Path:
        return self.home / f"{self.name.lower()}.log"

    def start(self, patience: float = 60, attempts: int = 5) -> None:
        """Start and wait for an answer. What a killed predecessor held may take a moment to be free, so try again."""
        deadline = time.monotonic() + patience
        for attempt in range(1, attempts + 1):
            self.prepare()
            self._launch()
            while self.is_alive() and time.monotonic() < deadline:
                if self.answers():
                    return
                time.sleep(0.02)
            self.stop()
            if attempt < attempts and time.monotonic() < deadline:
                time.sleep(0.5)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        raise EmbeddedError(f"{self.name} did not start. The end of {self.log}:\n{tail}")

    def _launch(self) -> None:
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.old"))
        with self.log.open("wb") as log:
            self.process = spawn(
                self.command(),
                farewell=self.stop_signal,
                lock=self.lock,
                cwd=self.home,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdout=log,
                stderr=log,
                **identity(self.account),
            )

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        if self.process:
            end(self.process, self.stop_signal, signal.SIGQUIT)
