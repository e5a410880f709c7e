"""What one version of the rules of a call says otherwise than another, in words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from accelerator.records.fields import localised


class RuleChange(NamedTuple):
    """One thing that changes; "" on the side where it is not there."""

    what: str
    before: str
    after: str


def in_a_line(changes: Iterable[RuleChange]) -> str:
    """All of them as a part of a sentence."""
    said = []
    for change in changes:
        if change.before and change.after:
            said.append(f"{change.what}: {change.before} → {change.after}")
        else:
            said.append(f"{change.what}: {change.before or change.after}")
    return "; ".join(said)


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[RuleChange]:
    """From one document to the other, in the order in which the page of the rules has them."""
    return [*_of_call(before, after), *_of_rubric(before["criteria"], after["criteria"])]


def title_of(criterion: Mapping[str, Any]) -> str:
    return str(localised(criterion.get("texts", {}).get("title"))) or criterion["name"]


def criterion_in_words(criterion: Mapping[str, Any]) -> dict[str, Any]:
    """One line of the rubric as a page shows it."""
    anchors = _texts(criterion, "anchors")
    return {
        "title": title_of(criterion),
        "weight": criterion["weight"],
        "question": _text(criterion, "question"),
        "anchors": [(mark, str(localised(anchors[mark]))) for mark in sorted(anchors, key=int)],
    }


def _of_call(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[RuleChange]:
    for what, name in (
        (_("Seats"), "seats"),
        (_("Reserve"), "reserve"),
        (_("Reviews of each application"), "reviews_per_application"),
        (_("Certainty below which the last seat is tied"), "certainty"),
    ):
        if before.get(name) != after.get(name):
            yield RuleChange(what, str(before.get(name, "")), str(after.get(name, "")))
    if before.get("counts") != after.get("counts"):
        yield RuleChange(_("Of a review that was changed"), counted_in_words(before), counted_in_words(after))
    if before["quorum"] != after["quorum"]:
        yield RuleChange(_("Quorum"), quorum_in_words(before), quorum_in_words(after))


def quorum_in_words(document: Mapping[str, Any]) -> str:
    quorum = document["quorum"]
    return _("%(reviews)s reviews, from %(organisations)s organisations") % {
        "reviews": quorum["readings"],
        "organisations": quorum["organisations"],
    }


def counted_in_words(document: Mapping[str, Any]) -> str:
    """Which marks count of a review that was changed after its reviewer had seen the others'."""
    if document.get("counts") == "after":
        return _("the marks after seeing the others’")
    return _("the marks before seeing the others’")


def _of_rubric(before: list[dict], after: list[dict]) -> Iterator[RuleChange]:
    old = {criterion["name"]: criterion for criterion in before}
    new = {criterion["name"]: criterion for criterion in after}
    for key in [*old, *(key for key in new if key not in old)]:
        yield from _of_criterion(old.get(key), new.get(key))


def _of_criterion(before: dict | None, after: dict | None) -> Iterator[RuleChange]:
    if before is None or after is None:
        one = before or after or {}
        said = _("%(title)s, weight %(weight)s: %(question)s") % {
            "title": title_of(one),
            "weight": one["weight"],
            "question": _text(one, "question"),
        }
        gone = after is None
        what = _("A criterion less") if gone else _("A new criterion")
        yield RuleChange(what, said if gone else "", "" if gone else said)
        return
    name = {"criterion": title_of(before)}
    if before["weight"] != after["weight"]:
        yield RuleChange(_("Weight of “%(criterion)s”") % name, before["weight"], after["weight"])
    for what, part in (
        (_("Name of “%(criterion)s”"), "title"),
        (_("Question of “%(criterion)s”"), "question"),
    ):
        if _texts(before, part) != _texts(after, part):
            yield RuleChange(what % name, _text(before, part), _text(after, part))
    old, new = _texts(before, "anchors"), _texts(after, "anchors")
    for mark in sorted({*old, *new}, key=int):
        if old.get(mark) != new.get(mark):
            yield RuleChange(
                _("What %(mark)s means for “%(criterion)s”") % {"mark": mark, **name},
                str(localised(old.get(mark))),
                str(localised(new.get(mark))),
            )


def _texts(criterion: Mapping[str, Any], part: str) -> dict:
    return criterion.get("texts", {}).get(part) or {}


def _text(criterion: Mapping[str, Any], part: str) -> str:
    return str(localised(_texts(criterion, part)))
