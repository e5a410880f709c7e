"""The scratch world of one run: every program of Slipway as a real process, on folders, sockets and ports of its own.

The programs are those of `make run`, with a second worker. What is killed is started again half a second later, as its
supervisor would. Linux only: processes are found in /proc, and the small disk is a tmpfs.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from chaos.mail_server import MailServer
from servers import embedded, places, processes
from servers.supervisor import Supervisor

RESTART_PAUSE = 0.5  # seconds between a death and the next life
DISK_MEGABYTES = 64
STARTUP_SECONDS = 60


class Program:
    """One of our own processes, with a log of its own."""

    def __init__(self, name: str, arguments: list[str], world: "World"):
        self.name, self.arguments, self.world = name, arguments, world
        self.process: subprocess.Popen | None = None
        self.died_at = 0.0

    def start(self) -> None:
        with self.world.log_of(self.name).open("ab") as log:
            self.process = processes.spawn(
                [sys.executable, "-m", *self.arguments],
                farewell=signal.SIGKILL,
                lock=self.world.lock,
                cwd=places.CHECKOUT,
                env=self.world.environment,
                stdout=log,
                stderr=log,
            )
        self.died_at = 0.0

    def kill(self, how: str) -> None:
        """By kill -9: the `whole` family, its `parent` alone, or one `child`, which may be the one that is sending."""
        if self.process is None:
            return
        parent, *children = family_of(self.process.pid)
        if how == "whole":
            with suppress(ProcessLookupError):
                os.killpg(parent, signal.SIGKILL)
        elif how == "child" and children:
            send(children[:1], signal.SIGKILL)
        else:
            send([parent], signal.SIGKILL)

    def tend(self) -> None:
        """Start it again when it has been dead for a moment, and clear away what is left of it."""
        if self.process is None or self.process.poll() is None:
            return
        self.died_at = self.died_at or time.monotonic()
        if time.monotonic() - self.died_at > RESTART_PAUSE:
            self.stop()
            self.start()

    def stop(self) -> None:
        process, self.process = self.process, None
        if process:
            processes.end(process)


class World:
    """`with World(seed) as world:` starts the servers and fills nothing; `start_programs()` does the rest."""

    def __init__(self, seed: int):
        self.mail = MailServer(seed)
        self.programs: dict[str, Program] = {}
        self.has_small_disk = False
        self.died_at: dict[str, float] = {}
        self.stopped: set[str] = set()

    def __enter__(self) -> "World":
        parent = Path(tempfile.gettempdir())
        if not places.reachable(parent, places.server_account()):
            parent = Path("/tmp")  # noqa: S108 - mkdtemp makes a private folder
        embedded.sweep_scratch(parent)
        self.home = Path(tempfile.mkdtemp(prefix=embedded.SCRATCH, dir=parent))
        self.home.chmod(0o711)
        self.lock = processes.FolderLock(self.home)
        self.lock.acquire()
        try:
            self._start_servers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start_servers(self) -> None:
        servers = embedded.Servers(self.home, lock=self.lock, durable=True, prepared=True, environ={})
        self.servers = {server.name: server for server in servers}
        self.mail.start()
        self.port = free_port()
        self.files = self._make_disk()
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("SLIPWAY_", "S3_"))}
        self.environment = {
            **plain,
            **servers.environment,
            "DJANGO_SETTINGS_MODULE": "accelerator.settings",
            "SLIPWAY_BASE_URL": f"http://localhost:{self.port}",
            "SLIPWAY_HOSTS": "localhost,127.0.0.1",
            "SLIPWAY_SECRET_KEY": "only-for-a-run-of-chaos-" + "x" * 40,
            "SLIPWAY_DATA_DIR": str(self.files),
            "SLIPWAY_LOG_LEVEL": "WARNING",
            "SMTP_URL": f"smtp+plain://127.0.0.1:{self.mail.port}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "ignore",
        }
        for server in self.servers.values():
            server.start()

    def _make_disk(self) -> Path:
        """Uploads go to a small disk of their own, where we may make one."""
        disk = places.make_folder(self.home / "disk", 0o700)
        size = f"size={DISK_MEGABYTES}m,mode=0700"
        mount = [shutil.which("mount") or "/usr/bin/mount", "-t", "tmpfs", "-o", size, "tmpfs", str(disk)]
        if os.geteuid() == 0 and Path(mount[0]).exists():
            self.has_small_disk = not subprocess.run(mount, capture_output=True, check=False).returncode
        return places.make_folder(disk / "files", 0o700)

    def __exit__(self, *exc) -> None:
        for program in self.programs.values():
            program.stop()
        for name in list(self.stopped):
            self.go_on(name)
        for server in reversed(list(getattr(self, "servers", {}).values())):
            server.stop()
        self.mail.stop()
        if self.has_small_disk:
            umount = shutil.which("umount") or "/usr/bin/umount"
            subprocess.run([umount, "-l", self.home / "disk"], capture_output=True, check=False)
        self.lock.release()
        shutil.rmtree(self.home, ignore_errors=True)

    # --- Programs -----------------------------------------------------------------------------------------
    def log_of(self, name: str) -> Path:
        return self.home / f"{name.replace(' ', '-')}.log"

    def run(self, *arguments: str, given: str = "") -> str:
        """Run a module to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            input=given,
            capture_output=True,
            text=True,
            cwd=places.CHECKOUT,
            env=self.environment,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout

    def start_programs(self) -> None:
        made = {one.name: one.arguments for one in Supervisor("real", "", self.port, "", self.home).programs}
        worker = made.pop("worker")
        made |= {f"worker {n}": [*worker, "--hostname", f"worker{n}@chaos"] for n in (1, 2)}
        self.programs = {name: Program(name, arguments, self) for name, arguments in made.items()}
        for program in self.programs.values():
            program.start()
        deadline = time.monotonic() + STARTUP_SECONDS
        while not self.health():
            if time.monotonic() > deadline:
                raise SystemExit(f"The web server does not answer:\n{self.log_of('web').read_text()[-2000:]}")
            time.sleep(0.2)

    def health(self) -> str:
        """What /healthz says; nothing when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=15) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.read().decode(errors="replace")
        except OSError:
            return ""

    def spawn(self, *arguments: str, given: Path, told: Path) -> subprocess.Popen:
        """A process of the load: reads `given`, writes `told`."""
        with given.open("rb") as source, told.open("wb") as target, self.log_of("acts").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *arguments],
                stdin=source,
                stdout=target,
                stderr=log,
                cwd=places.CHECKOUT,
                env=self.environment,
            )

    def tend(self) -> None:
        """Start again whatever has died; called a few times a second."""
        for name, server in self.servers.items():
            if server.is_alive():
                self.died_at.pop(name, None)
            elif time.monotonic() - self.died_at.setdefault(name, time.monotonic()) > RESTART_PAUSE:
                server.start()
        for program in self.programs.values():
            program.tend()

    # --- What can be done to it ---------------------------------------------------------------------------
    def kill(self, name: str, how: str = "whole") -> None:
        self.programs[name].kill(how)

    def crash(self, name: str) -> None:
        """PostgreSQL by its immediate shutdown, which writes nothing; Valkey by kill -9."""
        how = signal.SIGQUIT if name == "PostgreSQL" else signal.SIGKILL
        process = self.servers[name].process
        if process and process.poll() is None:
            process.send_signal(how)
            process.wait()

    def stop(self, name: str) -> None:
        """Hold a server with all its processes, so that it neither answers nor hangs up."""
        self.stopped.add(name)
        self._signal(name, signal.SIGSTOP)

    def go_on(self, name: str) -> None:
        self.stopped.discard(name)
        self._signal(name, signal.SIGCONT)

    def _signal(self, name: str, how: signal.Signals) -> None:
        if process := self.servers[name].process:
            send(family_of(process.pid), how)

    def flush(self) -> None:
        """Wipe Valkey, unless it is away just now."""
        with socket.socket(socket.AF_UNIX) as connection, suppress(OSError):
            connection.settimeout(1)
            connection.connect(str(self.servers["Valkey"].run / "valkey.sock"))
            connection.sendall(b"FLUSHALL\r\n")
            connection.recv(16)

    def fill_disk(self) -> None:
        with suppress(OSError), (self.home / "disk/filler").open("ab", buffering=0) as filler:
            for size in (65_536, 512):  # the last corner too
                with suppress(OSError):
                    while filler.write(b"\0" * size):
                        pass

    def make_room(self) -> None:
        (self.home / "disk/filler").unlink(missing_ok=True)


def family_of(pid: int) -> list[int]:
    """A process and all that descend from it, it first."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            found += [int(word) for word in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
    return found


def send(pids: list[int], how: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, how)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
