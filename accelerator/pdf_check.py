"""Reads a PDF where it can do no harm: `python -m accelerator.pdf_check`, beside each web worker.

A PDF made for it keeps any reader busy for ever, or fills the memory. So the reading happens elsewhere: a small process,
started with the first upload and ended with its web worker, keeps the readers at hand and forks a child for each file.
The child may use a few seconds and so much memory, writes no files, sees no settings, and is gone after one answer. A
fresh interpreter for each file would do the same, a third of a second later.

The verdict is PDFium's, which is Chrome's reader: what opens there is a PDF to the person who sends it.
"""

import io
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO

CPU_SECONDS = 5
SECONDS = 10
MEMORY = 256 * 2**20  # address space
HOUSE = Path(__file__).resolve().parent.parent
KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH")

BEGUN, BROKEN, ENCRYPTED, NO_PAGES, TOO_HEAVY = "begun", "broken", "encrypted", "no_pages", "too_heavy"


class NoDeck(Exception):
    """The file cannot be taken; `code` is one of BROKEN, ENCRYPTED, NO_PAGES, TOO_HEAVY."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


# --- Asking ---------------------------------------------------------------------------------------------
_reader: tuple[subprocess.Popen, socket.socket] | None = None
_reader_of = 0  # the process that started it; after a fork it is somebody else's
_lock = threading.Lock()


def count_pages(file: BinaryIO) -> int:
    """Raises NoDeck. `file` has a descriptor of its own: the one who reads moves its position."""
    for _try in range(2):
        answer = _ask(file)
        if answer:
            break
    else:
        raise RuntimeError("accelerator.pdf_check does not answer; what it wrote to stderr says why.")
    _begun, _sign, verdict = answer.partition(" ")
    if verdict.isdigit():
        return int(verdict)
    raise NoDeck(verdict or TOO_HEAVY)  # begun and no verdict: a limit ended it


def on_disk(file) -> BinaryIO:
    """A copy of what is only in memory, for `count_pages`."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115, whoever asked closes it
    file.seek(0)
    copy.write(file.read())
    copy.seek(0)
    return copy


def _ask(file: BinaryIO) -> str:
    """What the child wrote before it ended; empty when there was no child, because its parent had just ended."""
    answer, theirs = os.pipe()
    try:
        with _lock:
            try:
                socket.send_fds(_started(), [b"?"], [file.fileno(), theirs])
            except OSError:  # it was ended from outside
                _stop()
                socket.send_fds(_started(), [b"?"], [file.fileno(), theirs])
        os.close(theirs)
        theirs = -1
        return _read_all(answer)
    finally:
        os.close(answer)
        if theirs >= 0:
            os.close(theirs)


def _read_all(answer: int) -> str:
    found = b""
    ready = select.poll()
    ready.register(answer, select.POLLIN)
    while ready.poll((SECONDS + 5) * 1000):
        if not (part := os.read(answer, 100)):
            return found.decode()
        found += part
    with _lock:
        _stop()
    return f"{BEGUN} {TOO_HEAVY}"


def _started() -> socket.socket:
    global _reader, _reader_of
    if _reader is None or _reader_of != os.getpid() or _reader[0].poll() is not None:
        ours, theirs = socket.socketpair()
        process = subprocess.Popen(
            [sys.executable, "-m", "accelerator.pdf_check"],
            stdin=theirs.fileno(),
            cwd=HOUSE,
            env={name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ},
        )
        theirs.close()
        _reader, _reader_of = (process, ours), os.getpid()
    return _reader[1]


def _stop() -> None:
    global _reader
    if _reader and _reader_of == os.getpid():
        process, ours = _reader
        ours.close()
        process.kill()
        process.wait()
    _reader = None


# --- Answering ------------------------------------------------------------------------------------------
def main() -> None:
    """Until the other end is closed: fork, let the child judge, forget it."""
    _warm()
    logging.disable(logging.CRITICAL)  # what pypdf thinks of strangers' files
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C in a terminal is for the web worker, and we follow it
    asked = socket.socket(fileno=sys.stdin.fileno())
    while True:
        question, received, _flags, _address = socket.recv_fds(asked, 1, 2)
        if not question:
            return
        file, answer = received
        if os.fork() == 0:
            asked.close()
            _limit()
            os.write(answer, f"{BEGUN} ".encode())
            os.write(answer, _judge(file).encode())
            os._exit(0)
        os.close(file)
        os.close(answer)


def _warm() -> None:
    """Read one small PDF with each reader, so that no child imports anything or builds a table of its own."""
    import pypdf

    writer, small = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(9, 9)
    writer.write(small)
    _count(small.getvalue())
    len(pypdf.PdfReader(small).pages)


def _limit() -> None:
    import resource

    signal.alarm(SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS knows the name only
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _judge(descriptor: int) -> str:
    try:
        with open(descriptor, "rb") as file:
            return _count(file.read())
    except MemoryError:
        return TOO_HEAVY
    except Exception:  # a broken file may raise anything; it says nothing about us
        return BROKEN


# By PDFium's numbers: it read the file and found no fault but that nothing is in it; it needs a password.
_REFUSALS = {0: NO_PAGES, 4: ENCRYPTED}


def _count(content: bytes) -> str:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as refused:
        return _REFUSALS.get(refused.err_code, BROKEN)
    document[0].close()  # the number is what the file says of itself; its first page is there or is not
    pages = len(document)
    document.close()
    return str(pages)


if __name__ == "__main__":
    main()
