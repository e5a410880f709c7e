"""The marks of a call's finished reviews, as the scoring package takes them, and how many a place needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib.postgres.aggregates import ArrayAgg

from applications.calls.models import Call
from applications.reviewing.models import Review, ReviewVersion

if TYPE_CHECKING:  # with numpy; loaded where numbers are needed
    from applications.scoring.marks import Marks
    from applications.scoring.ranking import Quorum


def marks(call: Call, *, without: Collection[int] = ()) -> tuple[Marks, Marks]:
    """One row for each finished review that counts, of an eligible application; some applications left out. First with
    the marks given before their reviewers saw the others', then with the latest: the same object where nobody changed any.

    A review is submitted with a mark for every criterion, so where it has none for one, that one came into the rubric
    later: None.
    """
    from applications.scoring.marks import Marks

    reviews = Review.objects.counted_of(call).exclude(assignment__application__in=without)
    found = (
        reviews.annotate(
            criteria=ArrayAgg("scores__criterion", order_by="scores__pk"),
            marks=ArrayAgg("scores__value", order_by="scores__pk"),
        )
        .order_by("assignment__application", "assignment__reviewer")
        .values_list(
            "assignment__application",
            "assignment__reviewer",
            "assignment__reviewer__partner",
            "criteria",
            "marks",
            "pk",
        )
    )
    rubric = list(call.criteria.order_by("position", "pk").values_list("pk", "key", "weight"))
    rows = [
        (*who, _in_order(marked, values, rubric), pk) for *who, marked, values, pk in found if any(marked)
    ]
    before = Marks.of(rows, [weight for _pk, _key, weight in rubric])
    versions = ReviewVersion.objects.filter(review__in=reviews.values("pk")).order_by("review", "number")
    later = dict(versions.values_list("review", "marks"))
    if not later:
        return before, before
    values = before.values.copy()
    for at, (_application, _reviewer, _organisation, given, review) in enumerate(rows):
        if review in later:
            values[at] = [
                later[review].get(key, mark) for (_pk, key, _weight), mark in zip(rubric, given, strict=True)
            ]
    return before, replace(before, values=values)


def _in_order(
    marked: list[int], values: list[int], rubric: list[tuple[int, str, int]]
) -> Sequence[int | None]:
    """The marks of one review in the order of the rubric, None where it was not asked."""
    given = dict(zip(marked, values, strict=True))
    return [given.get(pk) for pk, _key, _weight in rubric]


def quorum(call: Call) -> Quorum:
    """What is needed for a place: the reviews the call promises, three at most, from two organisations at least."""
    from applications.scoring.ranking import Quorum

    wanted = min(3, call.reviews_per_application)
    return Quorum(reviews=wanted, organisations=min(2, wanted))
