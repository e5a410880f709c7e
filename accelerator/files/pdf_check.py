"""Reads a PDF where it can do no harm: `python -m accelerator.files.pdf_check`, beside each web worker.

A PDF made for it keeps any reader busy for ever, or fills the memory. So the reading happens elsewhere: a small process,
started with the first upload and ended with its web worker, keeps the readers at hand and forks a child for each file.
The child may use a few seconds and so much memory, writes no files, sees no settings, and is gone after one answer. A
fresh interpreter for each file would do the same, a third of a second later.

The verdict is PDFium's, which is Chrome's reader: what opens there is a PDF to the person who sends it.
"""

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
from typing import BinaryIO, NamedTuple

CPU_SECONDS = 5
SECONDS = 10
QUESTION = 24  # bytes
MEMORY = 256 * 2**20  # address space
LARGEST_ANSWER = 100 * 2**20
TREE = Path(__file__).resolve().parents[2]
KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH")

BEGUN, BROKEN, ENCRYPTED, NO_PAGES, TOO_HEAVY = "begun", "broken", "encrypted", "no_pages", "too_heavy"


# What is in it: nothing but pages; something that runs, starts, sends or is carried; nobody but PDFium can tell.
PLAIN, ACTIVE, IMAGES_ONLY = "plain", "active", "images_only"


class Found(NamedTuple):
    pages: int
    content: str  # PLAIN, ACTIVE or IMAGES_ONLY


class NoDeck(Exception):
    """The file cannot be taken; `code` is one of BROKEN, ENCRYPTED, NO_PAGES, TOO_HEAVY."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


# --- Asking ---------------------------------------------------------------------------------------------
_reader: tuple[subprocess.Popen, socket.socket] | None = None
_reader_of = 0  # the process that started it; after a fork it is somebody else's
_lock = threading.Lock()


def check(file: BinaryIO) -> Found:
    """Raises NoDeck. `file` has a descriptor of its own: the one who reads moves its position."""
    verdict = _answer(file, "check").decode()
    pages, _space, content = verdict.partition(" ")
    if pages.isdigit():
        return Found(int(pages), content or IMAGES_ONLY)  # a limit ended the look inside
    raise NoDeck(verdict or TOO_HEAVY)  # begun and no verdict: a limit ended it


def without_actions(file: BinaryIO) -> bytes:
    """The same pages in a PDF that does nothing. Raises NoDeck, with TOO_HEAVY when it cannot be written in time."""
    return _whole(_answer(file, "rewrite"))


def draw_page(file: BinaryIO, number: int) -> bytes:
    """Page `number`, counted from 1, as a PNG of at most 2,000 pixels each way. Raises NoDeck."""
    return _whole(_answer(file, "draw", number))


def _whole(answer: bytes) -> bytes:
    """What came after its own length: a child that was ended by a limit may have sent a part."""
    length, _line, body = answer.partition(b"\n")
    if length.isdigit() and len(body) == int(length):
        return body
    raise NoDeck(BROKEN if answer == BROKEN.encode() else TOO_HEAVY)


def _answer(file: BinaryIO, what: str, number: int = 0) -> bytes:
    question = f"{what} {number}".encode().ljust(QUESTION)
    for _try in range(2):
        if answer := _ask(file, question):
            return answer.partition(b" ")[2]
    raise RuntimeError("accelerator.files.pdf_check does not answer; what it wrote to stderr says why.")


def on_disk(file) -> BinaryIO:
    """A copy of what is only in memory, for those above."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115, whoever asked closes it
    file.seek(0)
    copy.write(file.read())
    copy.seek(0)
    return copy


def _ask(file: BinaryIO, question: bytes) -> bytes:
    """What the child wrote before it ended; empty when there was no child, because its parent had just ended."""
    answer, theirs = os.pipe()
    try:
        with _lock:
            try:
                socket.send_fds(_started(), [question], [file.fileno(), theirs])
            except OSError:  # it was ended from outside
                _stop()
                socket.send_fds(_started(), [question], [file.fileno(), theirs])
        os.close(theirs)
        theirs = -1
        return _read_all(answer)
    finally:
        os.close(answer)
        if theirs >= 0:
            os.close(theirs)


def _read_all(answer: int) -> bytes:
    found = bytearray()
    ready = select.poll()
    ready.register(answer, select.POLLIN)
    while len(found) <= LARGEST_ANSWER and ready.poll((SECONDS + 5) * 1000):
        if not (part := os.read(answer, 2**16)):
            return bytes(found)
        found += part
    with _lock:
        _stop()
    return f"{BEGUN} {TOO_HEAVY}".encode()


def _started() -> socket.socket:
    global _reader, _reader_of
    if _reader is None or _reader_of != os.getpid() or _reader[0].poll() is not None:
        ours, theirs = socket.socketpair()
        process = subprocess.Popen(
            [sys.executable, "-m", "accelerator.files.pdf_check"],
            stdin=theirs.fileno(),
            cwd=TREE,
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
    from accelerator.files import pdf_reading  # here, so that each child has it and no web worker

    pdf_reading.warm()
    logging.disable(logging.CRITICAL)  # what pypdf thinks of strangers' files
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C in a terminal is for the web worker, and we follow it
    asked = socket.socket(fileno=sys.stdin.fileno())
    while True:
        question, received, _flags, _address = socket.recv_fds(asked, QUESTION, 2)
        if not question:
            return
        file, answer = received
        if os.fork() == 0:
            asked.close()
            _limit()
            what, number = question.split()
            with open(answer, "wb", buffering=0) as out:
                out.write(f"{BEGUN} ".encode())
                _reply(pdf_reading, what.decode(), int(number), file, out)
            os._exit(0)
        os.close(file)
        os.close(answer)


def _limit() -> None:
    import resource

    signal.alarm(SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS knows the name only
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _reply(reading, what: str, number: int, descriptor: int, out) -> None:
    try:
        with open(descriptor, "rb") as file:
            content = file.read()
        if what == "check":
            out.write(str(reading.count(content)).encode())
            out.write(f" {reading.look(content)}".encode())
            return
        body = reading.rewrite(content) if what == "rewrite" else reading.draw(content, number)
        _write_all(out, b"%d\n" % len(body) + body)
    except reading.PdfRefused as refused:
        out.write(refused.code.encode())
    except MemoryError:
        out.write(TOO_HEAVY.encode())
    except Exception:  # a broken file may raise anything; it says nothing about us
        out.write(BROKEN.encode())


def _write_all(out, body: bytes) -> None:
    rest = memoryview(body)
    while rest:
        rest = rest[out.write(rest) :]


if __name__ == "__main__":
    main()
