"""What was erased, kept beside the files and apart from the database: after a restore of an older one it is erased anew.

One small file each, with the kind and the public id and nothing of what was erased; `manage.py replay_erasures` reads
them (docs/privacy.md).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

log = structlog.get_logger(__name__)

FOLDER = "tombstones"


@dataclass(frozen=True)
class Tombstone:
    kind: str  # of what: "account", or what a room calls its own
    public_id: str
    at: str

    @classmethod
    def read(cls, text: str) -> "Tombstone":
        told = json.loads(text)
        return cls(kind=str(told["kind"]), public_id=str(told["public_id"]), at=str(told["at"]))

    @property
    def line(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


# kind -> function(public_id, now) that erases anew; True where there was something to do
replayed: dict[str, Callable[[str, datetime], bool]] = {}


def replays(kind: str):
    """Register what erases this kind anew after a restore."""

    def register(function: Callable[[str, datetime], bool]):
        replayed[kind] = function
        return function

    return register


def set_up(kind: str, public_id: str, now: datetime) -> None:
    """Once the erasure is committed. Written twice it is the same file."""
    name = f"{FOLDER}/{kind}-{public_id}.json"
    stone = Tombstone(kind, public_id, now.isoformat())
    try:
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(stone.line.encode()))
    except OSError:
        log.exception("tombstone not kept", tombstone=stone.line)  # the line in the log stands for it


def kept() -> Iterator[Tombstone]:
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for name in sorted(names):
        with default_storage.open(f"{FOLDER}/{name}", "rb") as file:
            yield Tombstone.read(file.read().decode())


def replay(stones: Iterable[Tombstone], now: datetime) -> tuple[int, int]:
    """Erase anew; returns how many were done, and how many there were."""
    done = known = 0
    for stone in sorted(stones, key=lambda one: (one.at, one.kind, one.public_id)):
        known += 1
        if (erase := replayed.get(stone.kind)) and erase(stone.public_id, now):
            done += 1
    return done, known
