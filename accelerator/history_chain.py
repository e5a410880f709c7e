"""What the chain of an object's history hashes, to the byte. Rules alone: no database, no settings.

    side digest   SHA-256 of the salt, then the JSON of [reason, values]; "" where an entry has no words
    own digest    SHA-256 of the JSON of [FORMAT, object type, object id, action, happened at, recorded at,
                  actor, programme, details, side digest]
    hash          the first entry's: its own digest; a later one's: SHA-256 of the hash before, then its own digest

JSON is UTF-8 with sorted keys and without spaces, moments are in UTC to the microsecond, hashes are 64 hex digits. What
is stored is read for years: another format gets another FORMAT, and this one stays.
"""

import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

FORMAT = "slipway-history-1"


def storable(value: Any) -> Any:
    """What PostgreSQL gives back for this after storing it as JSON: whole numbers as such, keys as text, dates as ISO."""
    return _whole(json.loads(json.dumps(value, cls=DjangoJSONEncoder, allow_nan=False)))


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def new_salt() -> str:
    return secrets.token_hex(32)


def side_digest(salt: str, reason: str, values: dict) -> str:
    return sha256(salt.encode() + _json([reason, values])).hexdigest()


def own_digest(
    *,
    object_type: str,
    object_id: int,
    action: str,
    happened_at: datetime,
    recorded_at: datetime,
    actor_id: int | None,
    programme_id: int | None,
    details: dict,
    side_digest: str,
) -> str:
    told = [FORMAT, object_type, object_id, action, _moment(happened_at), _moment(recorded_at)]
    return sha256(_json([*told, actor_id, programme_id, details, side_digest])).hexdigest()


def linked(before: str, own: str) -> str:
    """The hash of an entry with this digest of its own, behind one with the hash `before`; "" before the first."""
    return sha256((before + own).encode()).hexdigest() if before else own


def chain_of(own_digests: list[str]) -> Iterator[str]:
    """The hashes of a whole chain."""
    before = ""
    for own in own_digests:
        yield (before := linked(before, own))


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
