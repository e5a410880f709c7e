"""Makes `.venv` and fills it from a lock file: `python3 -m servers.install local` (or `test`, or `run`).

Runs before anything is installed, so it uses the standard library only. A stamp with the lock's checksum makes the
next call return at once.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is what says so
    sys.exit(
        "Slipway needs Python 3.11 or newer, and this is {}.{} ({}). "
        "Name another one: make run PYTHON=python3.12".format(*sys.version_info[:2], sys.executable)
    )

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
# Each set holds the ones before it.
SETS = ("run", "local", "test")


def lock_file(name: str) -> Path:
    return CHECKOUT / "requirements" / f"{name}.txt"


def checksum(name: str) -> str:
    return hashlib.sha256(lock_file(name).read_bytes()).hexdigest()


def stamp(name: str) -> Path:
    return VENV / f"installed-{name}"


def succeeds(command: list, **options) -> bool:
    return subprocess.run(command, check=False, **options).returncode == 0


def works(*arguments: str) -> bool:
    return PYTHON.exists() and succeeds([PYTHON, *arguments], capture_output=True)


def is_installed(name: str) -> bool:
    return stamp(name).exists() and stamp(name).read_text() == checksum(name) and works("-c", "")


def make_venv() -> None:
    if works("-c", "import pip"):
        return
    if not importlib.util.find_spec("ensurepip"):
        sys.exit(
            "This Python cannot make virtual environments, because its ensurepip module is missing. "
            "On Debian and Ubuntu: apt-get install python3-venv"
        )
    print("Making .venv", flush=True)
    # The interpreter itself, not a link to it: links in a PATH come and go.
    subprocess.run([os.path.realpath(sys.executable), "-m", "venv", "--clear", VENV], check=True)


def install(name: str) -> None:
    lock = lock_file(name)
    count = sum("==" in line for line in lock.read_text().splitlines())
    print(f"Installing {count} packages from requirements/{name}.txt (about half a minute, once)", flush=True)
    began = time.monotonic()
    common = ["install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", lock]
    uv = shutil.which("uv")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    # uv is quicker, but may not know the package index that pip is set up for.
    quick = uv and succeeds([uv, "pip", *common, "--python", PYTHON, "--compile-bytecode"])
    if not quick and not succeeds([*pip, *common, "--progress-bar", "off"]):
        sys.exit("The packages could not be installed, see above. It is safe to try again.")
    for included in SETS[: SETS.index(name) + 1]:
        stamp(included).write_text(checksum(included))
    print(f"Installed in {time.monotonic() - began:.0f} s", flush=True)


def main(name: str) -> None:
    # One at a time: `make run` and `make test` may be typed in two terminals of a fresh clone.
    folder = os.open(CHECKOUT, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    if not is_installed(name):
        make_venv()
        install(name)


if __name__ == "__main__":
    main(sys.argv[1])
