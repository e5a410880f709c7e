"""Writing an amended document of rules into the rows that it speaks of."""

from collections.abc import Mapping
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Subquery, Sum
from django.db.models.functions import Cast, Round

from accelerator.records.fields import localised
from applications.calls.models import Call
from applications.reviewing import protocol
from applications.reviewing.models import Criterion, Review, ReviewVersion, Score
from applications.reviewing.reviews import weighted_total


def write(
    call: Call, document: Mapping[str, Any], *, asks_earlier: bool = False
) -> dict[str, tuple[Any, Any]]:
    """Make a locked call what the document says, and give what changed by its name, before and after. Reviews that are in
    stay as they are; their totals follow the weights."""
    with protocol.amending(call):
        changes = {
            **_columns(call, document),
            **_rubric(call, document["criteria"], asks_earlier=asks_earlier),
        }
    _total_anew(call)
    return changes


def _columns(call: Call, document: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    wanted = {name: document[key] for name, key in protocol.PARTS.items()}
    changes = {
        name: (getattr(call, name), wanted[name]) for name in wanted if getattr(call, name) != wanted[name]
    }
    Call.objects.filter(pk=call.pk).update(**wanted)
    for name, value in wanted.items():
        setattr(call, name, value)
    return changes


def _rubric(call: Call, wanted: list[dict], *, asks_earlier: bool) -> dict[str, tuple[Any, Any]]:
    changes: dict[str, tuple[Any, Any]] = {}
    stored = {criterion.key: criterion for criterion in call.criteria.order_by("position", "pk")}
    last = max((criterion.position for criterion in stored.values()), default=-1)
    for one in wanted:
        criterion = stored.pop(one["name"], None)
        if criterion is None:
            last += 1
            criterion = Criterion(call=call, key=one["name"], position=last, asks_earlier=asks_earlier)
            changes[one["name"]] = (None, one["texts"]["title"])
            _set(criterion, one)
        else:
            changes |= _set(criterion, one)
        criterion.save()
    for key, criterion in stored.items():  # added by an amendment that is undone: in no review that is in
        Score.objects.filter(criterion=criterion).delete()
        changes[key] = (criterion.name, None)
        criterion.delete()
    return changes


def _set(criterion: Criterion, wanted: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    texts = wanted["texts"]
    values = {
        "weight": int(wanted["weight"]),
        "name": localised(texts["title"]),
        "question": localised(texts["question"]),
        "anchors": texts["anchors"],
    }
    before = {name: getattr(criterion, name) for name in values}
    for name, value in values.items():
        setattr(criterion, name, value)
    return {
        f"{criterion.key}_{name}": (before[name], value)
        for name, value in values.items()
        if before[name] != value
    }


def _total_anew(call: Call) -> None:
    """The total of a review is the weighted mean over the criteria that it was asked."""
    points = Cast(Sum(F("value") * F("criterion__weight")), DecimalField(max_digits=20, decimal_places=12))
    mine = Score.objects.filter(review=OuterRef("pk")).values("review")
    mean = mine.annotate(mean=Round(points / Sum("criterion__weight"), precision=6)).values("mean")
    scored = Review.objects.filter(pk__in=Score.objects.filter(criterion__call=call).values("review"))
    scored.filter(status=Review.Status.SUBMITTED).update(total=Subquery(mean))
    criteria = {criterion.key: criterion for criterion in call.criteria.all()}
    versions = list(ReviewVersion.objects.filter(review__assignment__application__call=call))
    for version in versions:
        asked = {criteria[key].pk: mark for key, mark in version.marks.items() if key in criteria}
        version.total = weighted_total(asked, [one for one in criteria.values() if one.pk in asked])
    ReviewVersion.objects.bulk_update(versions, ["total"], batch_size=500)
