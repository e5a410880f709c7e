"""Rows of the history that stand in no chain yet, written by a version of Slipway before there were chains, are taken up.

A migration does it with all there are, `manage.py verify_history --take-up` with what that version wrote after. It reads
and writes columns, not models, for both must work on the tables as they were at that migration.
"""

import json
from typing import Any

from accelerator import history_chain as chain

BATCH = 1000

_LOOSE = """
SELECT id, object_type, object_id, action, happened_at, recorded_at, actor_id, programme_id, details::text, reason
  FROM accelerator_historyentry
 WHERE hash = '' AND (object_type, object_id, id) > (%s, %s, %s)
 ORDER BY object_type, object_id, id
 LIMIT %s
"""
_TOLD = ("object_type", "object_id", "action", "happened_at", "recorded_at", "actor_id", "programme_id")

# The rows of chains are locked in the order in which whoever records locks them (accelerator/history.py).
_BEGIN = """
INSERT INTO accelerator_historychain (object_type, object_id, length, hash)
SELECT object_type, object_id, 0, '' FROM unnest(%s::text[], %s::bigint[]) AS one (object_type, object_id)
 ORDER BY object_type COLLATE "C", object_id
    ON CONFLICT (object_type, object_id) DO NOTHING
"""
_LOCK = """
SELECT chain.id, chain.object_type, chain.object_id, chain.length, chain.hash
  FROM accelerator_historychain chain
  JOIN unnest(%s::text[], %s::bigint[]) AS one (object_type, object_id) USING (object_type, object_id)
 ORDER BY chain.object_type COLLATE "C", chain.object_id
   FOR UPDATE OF chain
"""
_CHAIN = """
UPDATE accelerator_historyentry entry
   SET place = new.place, hash = new.hash, side_digest = new.side_digest, details = new.details, reason = ''
  FROM unnest(%s::bigint[], %s::integer[], %s::text[], %s::text[], %s::jsonb[])
       AS new (id, place, hash, side_digest, details)
 WHERE entry.id = new.id
"""
_SIDES = """
INSERT INTO accelerator_historyside (entry_id, salt, reason, values)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::jsonb[])
"""
_LENGTHEN = """
UPDATE accelerator_historychain chain
   SET length = new.length, hash = new.hash
  FROM unnest(%s::bigint[], %s::integer[], %s::text[]) AS new (id, length, hash)
 WHERE chain.id = new.id
"""


def take_up(connection) -> int:
    """Append every row that stands in no chain to the chain of its object, in the order of writing. Returns how many."""
    count, last = 0, ("", 0, 0)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_LOOSE, [*last, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return count
            _append(cursor, rows)
            count += len(rows)
            last = (rows[-1][1], rows[-1][2], rows[-1][0])


def _append(cursor, rows: list[tuple]) -> None:
    objects = sorted({(row[1], row[2]) for row in rows})
    both = [[kind for kind, _ in objects], [pk for _, pk in objects]]
    cursor.execute(_BEGIN, both)
    cursor.execute(_LOCK, both)
    ends = {(kind, pk): [id_, length, hashed] for id_, kind, pk, length, hashed in cursor.fetchall()}
    chained, sides = [], []
    for row in rows:
        details, reason = json.loads(row[8]), row[9]
        details, values = _told_apart(row[3], details)
        digest = ""
        if reason or values:
            salt = chain.new_salt()
            digest = chain.side_digest(salt, reason, values)
            sides.append((row[0], salt, reason, json.dumps(values)))
        own = chain.own_digest(**dict(zip(_TOLD, row[1:8], strict=True)), details=details, side_digest=digest)
        end = ends[row[1], row[2]]
        end[1:] = end[1] + 1, chain.linked(end[2], own)
        chained.append((row[0], *end[1:], digest, json.dumps(details)))
    cursor.execute(_CHAIN, _columns(chained))
    if sides:
        cursor.execute(_SIDES, _columns(sides))
    cursor.execute(_LENGTHEN, _columns(list(ends.values())))


def _columns(rows: list) -> list[list]:
    return [list(column) for column in zip(*rows, strict=True)]


def _told_apart(action: str, details: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stays in the chain, and the words and values that may have to be erased one day."""
    details = dict(details)
    values: dict[str, Any] = {}
    if isinstance(before := details.get("before"), dict) and "marks" not in details:
        values["changes"] = {field: [value] for field, value in before.items()}
        del details["before"]
    if isinstance(was := details.get("was"), dict):
        values["changes"] = {field: [value] for field, value in was.items()}
        details["was"] = {}  # the version before looks for it
    if isinstance(message := details.get("changes"), list):
        values["message"] = message
        del details["changes"]
    if action.endswith(".deleted") and "name" in details:
        values["name"] = details.pop("name")
    if "changes" in values:
        details["fields"] = sorted(values["changes"])
    return details, values
