"""What was emptied, what stays and why, as a document that anybody may keep: it names nobody, and its hash stands by it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from django.db import models
from django.utils.functional import Promise

from accelerator.privacy.models import Certificate
from accelerator.records.programmes import Programme

FORMAT = "slipway-certificate-1"


@dataclass(frozen=True)
class Emptied:
    """So many of something lost their words, or are gone; the hashes of what was submitted, which stay."""

    what: str
    count: int
    hashes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Stays:
    """What is left, and why."""

    what: str | Promise
    why: str | Promise


def canonical(document: dict) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def write(
    kind: str,
    about: models.Model,
    emptied: Iterable[Emptied],
    stays: Iterable[Stays],
    *,
    now: datetime,
    programme: Programme | None = None,
) -> Certificate:
    counts: dict[str, int] = {}
    hashes: list[str] = []
    for one in emptied:
        counts[one.what] = counts.get(one.what, 0) + one.count
        hashes += one.hashes
    document = {
        "format": FORMAT,
        "kind": kind,
        "about": getattr(about, "public_id", None) or f"{about._meta.model_name} {about.pk}",
        "made_at": now.astimezone(UTC).isoformat(),
        "emptied": {what: count for what, count in counts.items() if count},
        "stays": {str(one.what): str(one.why) for one in stays},
        "hashes": sorted(set(hashes)),
    }
    return Certificate.objects.create(
        kind=kind,
        programme=programme,
        object_type=about._meta.label_lower,
        object_id=about.pk,
        made_at=now,
        document=document,
        sha256=sha256(canonical(document)).hexdigest(),
    )
