"""Whether the history is what was written: every chain is walked, and the first broken row of each object is named.

One statement reads all, so it sees one state of the database whatever is being recorded, and it is fetched in portions,
so that a history of any length takes the same memory.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby, islice
from typing import IO, NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet

from accelerator import history_chain as chain

PORTION = 1000

# Each object with its rows in their places, and what the row of its chain says of their end: either may be missing.
_ALL = """
SELECT object_type, object_id, entry.id, entry.place, entry.action, entry.happened_at, entry.recorded_at,
       entry.actor_id, entry.programme_id, entry.details::text, entry.side_digest, entry.hash,
       side.salt, side.reason, side.values::text, chain.length, chain.hash
  FROM accelerator_historyentry entry
  FULL JOIN accelerator_historychain chain USING (object_type, object_id)
  LEFT JOIN accelerator_historyside side ON side.entry_id = entry.id
 WHERE {only}
 ORDER BY object_type COLLATE "C", object_id, entry.place NULLS LAST, entry.id
"""


class _Row(NamedTuple):
    object_type: str
    object_id: int
    id: int | None
    place: int | None
    action: str
    happened_at: datetime
    recorded_at: datetime
    actor_id: int | None
    programme_id: int | None
    details: str
    side_digest: str
    hash: str
    salt: str | None
    reason: str | None
    values: str | None
    length: int | None
    end: str | None

    @property
    def about(self) -> str:
        return f"{self.object_type} {self.object_id}"

    def __str__(self) -> str:
        return f"row {self.id} (place {self.place}, {self.action}, {self.happened_at:%Y-%m-%d %H:%M:%S} UTC)"


@dataclass
class Walked:
    """How much a check has walked."""

    objects: int = 0
    rows: int = 0
    erased: int = 0  # rows whose words were erased
    broken: int = 0  # objects
    digest: str = ""  # of the ends of all chains


class Broken(NamedTuple):
    about: str
    why: str


def check(
    found: Walked, *, only: Mapping[str, QuerySet] | None = None, ends_to: IO[str] | None = None
) -> Iterator[Broken]:
    """Walk the chains and yield the broken ones, counting into `found`; with `ends_to`, write there how each ends.

    `only` are the objects to walk, all when it is empty: kind → their ids.
    """
    ends = sha256()
    for _object, rows in groupby(_rows(only or {}), key=lambda row: (row.object_type, row.object_id)):
        walk = _Walk(found)
        for row in rows:
            walk.take(row)
        found.objects += 1
        line = f"{walk.last.about} {walk.last.length or 0} {walk.last.end or '-'}\n"
        ends.update(line.encode())
        if ends_to:
            ends_to.write(line)
        if why := walk.first_break():
            found.broken += 1
            yield Broken(walk.last.about, why)
    found.digest = ends.hexdigest()


def _rows(only: Mapping[str, QuerySet]) -> Iterator[_Row]:
    which, params = "true", []
    if only:
        parts = []
        for kind, ids in only.items():
            query, of_query = ids.order_by().query.sql_with_params()
            parts.append(f"(object_type = %s AND object_id IN ({query}))")
            params += [kind, *of_query]
        which = " OR ".join(parts)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_ALL.format(only=which), params)
        while portion := cursor.fetchmany(PORTION):
            yield from map(_Row._make, portion)


class _Walk:
    """One object's rows from the first to the last; `first_break` afterwards says what is wrong, "" when nothing is."""

    def __init__(self, found: Walked):
        self._found = found
        self._place = 0
        self._hash = ""
        self._why = ""
        self.last: _Row

    def take(self, row: _Row) -> None:
        self.last = row
        if row.id is None:
            return
        self._found.rows += 1
        self._why = self._why or self._what_is_wrong_with(row)
        if row.place is not None:
            self._place, self._hash = row.place, row.hash

    def _what_is_wrong_with(self, row: _Row) -> str:
        if row.place is None:
            return f"{row} stands in no chain"
        if row.place > self._place + 1:
            return f"the row at place {self._place + 1} is missing, before {row}"
        return self._words_are_others(row) or self._is_another(row)

    def _words_are_others(self, row: _Row) -> str:
        if not row.side_digest:
            return "" if row.salt is None else f"{row} has words, and was written without"
        if row.salt is None:
            return f"the words of {row} are missing"
        values = json.loads(row.values or "{}")
        if not row.salt and not row.reason and not values:
            self._found.erased += 1
            return ""
        written = chain.side_digest(row.salt, row.reason or "", values)
        return "" if written == row.side_digest else f"the words of {row} are not those that were written"

    def _is_another(self, row: _Row) -> str:
        own = chain.own_digest(
            object_type=row.object_type,
            object_id=row.object_id,
            action=row.action,
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            actor_id=row.actor_id,
            programme_id=row.programme_id,
            details=json.loads(row.details),
            side_digest=row.side_digest,
        )
        if chain.linked(self._hash, own) == row.hash:
            return ""
        return f"{row} is not what was written, or not where it was written"

    def first_break(self) -> str:
        if self._why:
            return self._why
        length = self.last.length
        if length is None:
            return "nothing says how long its chain is"
        if length > self._place:
            return f"the row at place {self._place + 1} is missing: {length} were written"
        if length < self._place or self.last.end != self._hash:
            return f"its chain does not end with {self.last}"
        return ""


_THERE = """
SELECT wanted.line
  FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::integer[], %s::text[])
       AS wanted (line, object_type, object_id, place, hash)
 WHERE NOT EXISTS (
       SELECT FROM accelerator_historyentry entry
        WHERE (entry.object_type, entry.object_id, entry.place, entry.hash)
            = (wanted.object_type, wanted.object_id, wanted.place, wanted.hash))
"""


def not_there_any_more(ends: Iterable[str]) -> Iterator[Broken]:
    """Of the ends of chains as they were kept once, those that are no longer part of the chain of their object."""
    lines = iter(ends)
    while portion := [(line, *line.split()) for line in islice(lines, PORTION)]:
        with connection.cursor() as cursor:
            cursor.execute(_THERE, [list(column) for column in zip(*portion, strict=True)])
            for (line,) in cursor.fetchall():
                kind, pk, place, _hash = line.split()
                yield Broken(f"{kind} {pk}", f"place {place} is not as it was when its end was kept")
