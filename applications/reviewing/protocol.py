"""What a call promises about how it selects: the rubric, the seats, the reserve, the quorum, the rule for ties.

`of` reads it from the rows that managers edit. Once it is sealed, those rows change by an amendment alone, and what was
published is what holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _

from accelerator.transitions import NotAllowed
from applications.calls.models import Call
from applications.reviewing import protocol_changes
from applications.reviewing.marks import quorum
from applications.reviewing.models import HIGHEST, Criterion
from applications.reviewing.sealed_rules import SealedProtocol

if TYPE_CHECKING:  # with numpy; loaded where numbers are needed
    from applications.scoring.bundle import Protocol

PARTS = {  # columns of a call that the rules are made of, and what they are called in the document
    "seats": "seats",
    "reserve": "reserve",
    "reviews_per_application": "reviews_per_application",
    "marks_that_count": "counts",
}


class RulesSealed(NotAllowed):
    """What was asked for changes rules that are sealed."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The rules of this call are sealed, so nothing changes them in passing. Propose an amendment on the page "
                "“Rules” of the call."
            )
        )


def of(call: Call) -> Protocol:
    """As the rows say it now."""
    from applications.scoring.bundle import PromisedCriterion, Protocol

    return Protocol(
        criteria=tuple(
            PromisedCriterion(criterion.key, criterion.weight, HIGHEST, _texts(criterion))
            for criterion in call.criteria.order_by("position", "pk")
        ),
        seats=call.seats,
        reserve=call.reserve,
        quorum=quorum(call),
        reviews=call.reviews_per_application,
        counts=call.marks_that_count,
    )


def _texts(criterion: Criterion) -> Mapping[str, Any]:
    return {
        "anchors": {mark: _written(words) for mark, words in criterion.anchors.items()},
        "question": _written(criterion.question),
        "title": _written(criterion.name),
    }


def _written(words: Mapping[str, str] | str) -> Mapping[str, str]:
    return {"en": words} if isinstance(words, str) else dict(words)


def in_force(call: Call) -> SealedProtocol | None:
    """The sealed rules that hold; None while they are not sealed."""
    return SealedProtocol.objects.filter(call=call).last()


def holding(call: Call) -> Protocol:
    """What holds: as it was published, or as the rows say where nothing is sealed yet."""
    from applications.scoring.bundle import Protocol

    sealed = in_force(call)
    return Protocol.of_document(sealed.document) if sealed else of(call)


def amended(call: Call) -> list[tuple[datetime, str]]:
    """When sealed rules were changed, and what, in order; an amendment that was undone stands there twice."""
    versions = list(SealedProtocol.objects.filter(call=call))
    return [
        (
            after.sealed_at,
            protocol_changes.in_a_line(protocol_changes.between(before.document, after.document)),
        )
        for before, after in pairwise(versions)
    ]


def is_closed(call: Call, now: datetime) -> bool:
    """Whether nothing changes the rules in passing: they are sealed, or the call has closed and the clock is about to. A
    call to which nobody applied may still be set up."""
    if SealedProtocol.objects.filter(call=call).exists():
        return True
    window = getattr(call, "window", None)
    return bool(window and now >= window.deadline and call.applications.exists())


def must_be_open(call: Call, now: datetime) -> None:
    """Raises NotAllowed for a change of the rules that is no amendment."""
    if call.pk and is_closed(call, now):
        raise RulesSealed


def must_keep(call: Call, now: datetime, **wanted: int | str) -> None:
    """The same for columns of the call: raises only where one of them would be another than is stored."""
    stored = Call.objects.filter(pk=call.pk).values(*PARTS).first()
    if stored and any(wanted[name] != stored[name] for name in PARTS if name in wanted):
        must_be_open(call, now)


@contextmanager
def amending(call: Call) -> Iterator[None]:
    """Lets the rows of this call change in here, inside a transaction; a trigger refuses it anywhere else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('slipway.amending', %s, true)", [str(call.pk)])
        yield
        cursor.execute("SELECT set_config('slipway.amending', '', true)")
