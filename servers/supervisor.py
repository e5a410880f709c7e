"""What `make run` starts: the servers, then web, worker and beat, and keeps them going until Ctrl-C.

Run as `python -m servers.supervisor`; standard library only. Everything a child needs to know stands in the
environment that is made here, and `running.json` in the data folder holds the same for other manage.py commands.
"""

import argparse
import errno
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from servers import embedded, places, processes, web
from servers.places import CHECKOUT, EmbeddedError
from servers.processes import end, spawn

COLOURS = {"slipway": 34, "web": 36, "worker": 35, "beat": 33, "drain": 31, "servers": 32}
STEADY_SECONDS = 60  # a child that lived this long starts its next life without delay
LONGEST_PAUSE = 30
STARTUP_SECONDS = 60
CARRIES_MAIL = {"SMTP_URL", "SLIPWAY_MAIL_BACKEND", "SLIPWAY_MAIL_OPTIONS", "ANYMAIL"}
# What is no news here: that root runs the worker, that nothing was collected because finders serve static files.
NO_NEWS = "ignore::UserWarning:celery.platforms,ignore:No directory at:UserWarning"


def say(text: str, who: str = "slipway") -> None:
    label = f"{who:<8}│"
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        label = f"\033[{COLOURS[who]}m{label}\033[0m"
    with suppress(OSError):  # a reader who has gone away must not bring down the season
        sys.stdout.write("".join(f"{label} {line}\n" for line in text.splitlines()))
        sys.stdout.flush()


class Program:
    """One of our own processes: started with its output labelled, started again when it dies."""

    def __init__(self, name: str, arguments: list[str], *, farewell: signal.Signals):
        self.name, self.arguments, self.farewell = name, arguments, farewell
        self.process: subprocess.Popen | None = None
        self.began = self.due = 0.0
        self.pause = 0.5

    def start(self, environment: dict[str, str], lock: processes.FolderLock) -> None:
        self.process = spawn(
            [sys.executable, "-m", *self.arguments],
            farewell=self.farewell,
            lock=lock,
            cwd=CHECKOUT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.began = time.monotonic()
        threading.Thread(target=self._relay, args=[self.process.stdout], daemon=True).start()

    def _relay(self, output) -> None:
        for line in output:
            say(line.decode(errors="replace").rstrip("\n"), self.name)

    @property
    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def plan_restart(self) -> None:
        """After a death: clear away what is left of it and wait longer each time it dies young."""
        code = self.stop()
        if time.monotonic() - self.began > STEADY_SECONDS:
            self.pause = 0.5
        say(f"{self.name} ended ({code}); starting it again in {self.pause:g} s")
        self.due = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def stop(self) -> int:
        """End it, and whatever is left of it when it had died already."""
        process, self.process = self.process, None
        return end(process, signal.SIGTERM, self.farewell) if process else 0


class Supervisor:
    def __init__(self, season: str, programme: str, port: int, manager: str, data: Path | None):
        self.season, self.programme, self.port, self.manager = season, programme, port, manager
        self.home = places.make_folder(data, 0o711) if data else places.home_of(season)
        self.lock = processes.FolderLock(self.home)
        self.note = self.home / "running.json"
        self.stop_asked_at = 0.0
        self.whats_next = ""
        self.programs = [  # in the order in which they are stopped
            Program("beat", [
                "celery", "-A", "accelerator.celery", "--quiet", "beat", "--loglevel", "warning",
                "--scheduler", "celery.beat.Scheduler",
            ], farewell=signal.SIGTERM),
            Program("web", web.granian(port), farewell=signal.SIGTERM),
            # Carries mail and ticks also while Valkey is away.
            Program("drain", ["manage", "drain", "--loop"], farewell=signal.SIGTERM),
            # A cold shutdown (QUIT) leaves an unfinished job in the queue, so that nothing is lost by not waiting.
            Program("worker", [
                "celery", "-A", "accelerator.celery", "--quiet", "worker", "--loglevel", "warning",
                "--without-gossip", "--without-mingle", "--without-heartbeat",
            ], farewell=signal.SIGQUIT),
        ]  # fmt: skip

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._interrupt)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, self._interrupt)
        try:
            self.lock.acquire()
        except places.AlreadyRunning as other:
            address = embedded.running(self.season).get("SLIPWAY_BASE_URL", "starting up")
            raise EmbeddedError(f"{other} ({address})") from other
        try:
            self._check_port()
            self.servers = embedded.Servers(self.home, lock=self.lock)
            self.environment = self._environment()
            try:
                self._start()
                self._watch()
            finally:
                self._stop()
        finally:
            self.lock.release()

    # -- starting --------------------------------------------------------------------------------------

    def _check_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError as error:
                raise EmbeddedError(
                    f"Port {self.port} is taken by another program. Choose another: make run PORT={self.port + 1}"
                    if error.errno == errno.EADDRINUSE
                    else f"Port {self.port} cannot be used ({error.strerror}). Choose another: make run PORT=8001"
                ) from error

    def _environment(self) -> dict[str, str]:
        files = places.make_folder(self.home / "files", 0o700)
        ours = {
            "SLIPWAY_REHEARSAL": "1" if self.season == "rehearsal" else "0",
            "SLIPWAY_BASE_URL": self.address,
            "SLIPWAY_HOSTS": "localhost,127.0.0.1",
            "SLIPWAY_DATA_DIR": str(files),
            "SLIPWAY_SECRET_KEY": self._secret_key(),
        }
        given = {key: value for key, value in os.environ.items() if value}
        if self.season == "rehearsal":  # it sends nothing, whatever this terminal is set up for
            left_out = {*ours, *CARRIES_MAIL}
            given = {key: value for key, value in given.items() if key.removesuffix("_FILE") not in left_out}
            ours = {**given, **ours}
        else:
            ours = {key: value for key, value in ours.items() if f"{key}_FILE" not in given}
            ours = {**ours, **given, "SLIPWAY_REHEARSAL": "0"}
        return {**ours, **self.servers.environment, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": NO_NEWS}

    def _secret_key(self) -> str:
        """One key for each data folder, made once, so that a restart signs nobody out."""
        path = self.home / "secret-key"
        if not path.exists():
            new = path.with_suffix(".new")
            new.touch(mode=0o600)
            new.write_text(secrets.token_urlsafe(48))
            new.rename(path)
        return path.read_text()

    def _start(self) -> None:
        if list(self.servers):
            names = " and ".join(server.name for server in self.servers)
            say(f"Starting {names} (data in {self.home})")
        self.servers.start()
        self._manage("migrate", "--verbosity", "0")
        if self.season == "rehearsal":
            say("Opening the rehearsal")
            self.whats_next = self._manage("open_rehearsal", "--who", aloud=False)
        else:
            self._manage("load_programme", self.programme)
            self._manage("collectstatic", "--no-input", "--verbosity", "0")
            self.whats_next = "To invite the first manager: .venv/bin/python manage.py invite_manager EMAIL"
        self._write_note()
        for program in self.programs:
            program.start(self.environment, self.lock)
        self._wait_until_healthy()
        say(f"\nSlipway is up: {self.address}")
        if self.manager and self.season == "real":
            self._manage("invite_manager", self.manager)
        else:
            say(self.whats_next)
        say("Ctrl-C stops everything.\n")

    def _manage(self, *arguments: str, aloud: bool = True) -> str:
        """Run a manage.py command to its end and hand on what it says, at once or, when it went well, as the result."""
        process = spawn(
            [sys.executable, "manage.py", *arguments],
            farewell=signal.SIGTERM,
            lock=self.lock,
            cwd=CHECKOUT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = ""
        try:
            for line in process.stdout or ():
                if aloud:
                    say(line)
                said += line
            if process.wait():
                say("" if aloud else said)
                raise EmbeddedError(f"manage.py {' '.join(arguments)} failed, see above.")
        finally:
            end(process, signal.SIGTERM)
        return said

    def _write_note(self) -> None:
        prefixes = ("SLIPWAY_", "DATABASE_", "REDIS_URL", "SMTP_URL", "ANYMAIL", "S3_")
        note = {key: value for key, value in self.environment.items() if key.startswith(prefixes)}
        new = self.note.with_suffix(".new")
        new.unlink(missing_ok=True)
        new.touch(mode=0o600)
        new.write_text(json.dumps(note, indent=1))
        new.rename(self.note)

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + STARTUP_SECONDS
        while time.monotonic() < deadline:
            for program in self.programs:
                if program.has_died:
                    raise EmbeddedError(f"{program.name} ended while starting, see above.")
            # Any answer will do: a queue that is still waking up is no reason to keep the page from its reader.
            with suppress(urllib.error.URLError, OSError):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
                except urllib.error.HTTPError as answer:
                    say(f"/healthz answers {answer.code}: {answer.read(300).decode(errors='replace')}")
                return
            time.sleep(0.1)
        raise EmbeddedError(f"The web server has not answered for {STARTUP_SECONDS} seconds.")

    # -- running and stopping --------------------------------------------------------------------------

    def _watch(self) -> None:
        while True:
            time.sleep(0.25)
            for server in self.servers:
                if not server.is_alive():
                    say(f"{server.name} ended; starting it again")
                    server.start()
            for program in self.programs:
                if program.has_died:
                    program.plan_restart()
                elif program.process is None and time.monotonic() > program.due:
                    program.start(self.environment, self.lock)

    def _interrupt(self, *_) -> None:
        """Ctrl-C and its kin. `make` passes on what the terminal has sent too, so an echo counts once."""
        echo = time.monotonic() - self.stop_asked_at < 2
        self.stop_asked_at = time.monotonic()
        if not echo:
            raise KeyboardInterrupt

    def _stop(self) -> None:
        say("Stopping")
        self.note.unlink(missing_ok=True)
        self.lock.retire()
        try:
            for program in self.programs:
                program.stop()
        finally:
            self.servers.stop()
        say("Stopped")


def a_port(word: str) -> int:
    if word.isdecimal() and 0 < int(word) < 65_536:
        return int(word)
    raise argparse.ArgumentTypeError(f"{word!r} is no port. Choose a number up to 65535: make run PORT=8001")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--season", choices=places.SEASONS, default="rehearsal")
    parser.add_argument("--programme", default="programmes/ai-startup-program.toml")
    parser.add_argument("--port", type=a_port, default=8000)
    parser.add_argument("--manager", default="", help="with --season real: whom to invite as first manager")
    parser.add_argument("--data", type=Path, help="a folder to use instead of .slipway/SEASON")
    parser.add_argument("--end-with-parent", action="store_true", help="stop when whoever started us ends")
    options = parser.parse_args()
    if options.end_with_parent and (prepare := processes.die_with_parent(signal.SIGTERM)):
        prepare()
    try:
        Supervisor(options.season, options.programme, options.port, options.manager, options.data).run()
    except EmbeddedError as problem:
        say(str(problem))
        return 1
    except KeyboardInterrupt:
        pass  # the way it is meant to end
    return 0


if __name__ == "__main__":
    sys.exit(main())
