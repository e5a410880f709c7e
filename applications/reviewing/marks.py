"""The marks of a call's finished reviews, as the scoring package takes them, and how many a place needs."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.contrib.postgres.aggregates import ArrayAgg

from applications.calls.models import Call
from applications.reviewing.models import Review

if TYPE_CHECKING:  # with numpy; loaded where numbers are needed
    from applications.scoring.marks import Marks
    from applications.scoring.ranking import Quorum


def marks(call: Call, *, without: Collection[int] = ()) -> Marks:
    """One row for each finished review that counts, of an eligible application; some applications left out."""
    from applications.scoring.marks import Marks

    rows = (
        Review.objects.counted_of(call)
        .exclude(assignment__application__in=without)
        .values_list("assignment__application", "assignment__reviewer", "assignment__reviewer__partner")
        .annotate(marks=ArrayAgg("scores__value", order_by="scores__criterion__position"))
        .order_by("assignment__application", "assignment__reviewer")
    )
    weights = list(call.criteria.values_list("weight", flat=True))
    return Marks.of((row for row in rows if len(row[3]) == len(weights)), weights)


def quorum(call: Call) -> Quorum:
    """What is needed for a place: the reviews the call promises, three at most, from two organisations at least."""
    from applications.scoring.ranking import Quorum

    wanted = min(3, call.reviews_per_application)
    return Quorum(reviews=wanted, organisations=min(2, wanted))
