"""A lane: a copy of the tree and a database, in which one mutant after the other is tried.

The tree that is worked in is only read. Each mutated file gets a time of its own, so that Python never takes the
compiled form of another mutant, or of the original, for it.
"""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from itertools import count
from pathlib import Path

from mutants.entries import Mutant

CHECKOUT = Path(__file__).resolve().parent.parent
TIME_LIMIT = 60  # seconds, for the tests of one mutant
PYTEST = ("-m", "pytest", "-x", "-p", "no:xdist", "-p", "no:randomly", "--no-header", "--tb=short")
RED, GREEN = 1, 0  # pytest's exit codes; any other says that the tests did not run


class Fate(Enum):
    KILLED = "killed"
    TIMED_OUT = f"killed by the time limit of {TIME_LIMIT} seconds"
    SURVIVED = "SURVIVED"
    BROKEN = "BROKEN: its tests do not run"


@dataclass(frozen=True)
class Outcome:
    mutant: Mutant
    fate: Fate
    seconds: float
    output: str


class Lane:
    """Owns `tree`, a copy of the tracked files as they are in the working tree."""

    def __init__(self, name: str, home: Path, environ: dict[str, str]):
        self.tree = home / name
        self._times = count(2_000_000_000)
        self._create_db = False
        address, _, query = environ["DATABASE_URL"].partition("?")
        self.environ = {
            **environ,
            # The tests' own database is called after this one, so each lane has its own.
            "DATABASE_URL": f"{address.rpartition('/')[0]}/mutants_{name}" + (f"?{query}" if query else ""),
            "PYTHONPATH": str(self.tree),
        }
        self._copy()

    def _copy(self) -> None:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True)
        for name in filter(None, listed.stdout.decode().split("\0")):
            source, target = CHECKOUT / name, self.tree / name
            if source.is_file():  # not one that was deleted and not committed yet
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        (self.tree / ".venv").symlink_to(CHECKOUT / ".venv")

    def green(self, tests: list[str]) -> str:
        """Run these tests without any bug, which also makes the database. "" when all pass, else what they say."""
        code, output = self._pytest(tests, limit=600)
        return "" if code == GREEN else output

    def tried(self, mutant: Mutant) -> tuple[Fate, str]:
        """What becomes of this mutant, and what its tests say."""
        path = self.tree / mutant.file
        original = path.read_text(encoding="utf-8")
        try:
            self._write(path, mutant.applied_to(original))
            code, output = self._pytest(mutant.tests, limit=TIME_LIMIT)
        finally:
            self._write(path, original)
        fates = {None: Fate.TIMED_OUT, RED: Fate.KILLED, GREEN: Fate.SURVIVED}
        return fates.get(code, Fate.BROKEN), output

    def _write(self, path: Path, source: str) -> None:
        path.write_text(source, encoding="utf-8")
        moment = next(self._times)
        os.utime(path, (moment, moment))

    def _pytest(self, tests, *, limit: int) -> tuple[int | None, str]:
        """Exit code and output; None when time was up. What was cut off may have left rows: a new database next."""
        database = "--create-db" if self._create_db else "--reuse-db"
        process = subprocess.Popen(
            [sys.executable, *PYTEST, database, *tests],
            cwd=self.tree,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            self._create_db = True
            self._kill(process)
            return None, ""
        except BaseException:
            self._kill(process)
            raise
        self._create_db = False
        return process.returncode, output

    @staticmethod
    def _kill(process: subprocess.Popen) -> None:
        """With what it started: a browser, a worker, a server."""
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
