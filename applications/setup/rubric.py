"""Changing the rubric of a call: what reviewers mark, and how much each mark weighs. Once the rules are sealed, only an
amendment does (`amendments.py`).

The findings are told of a change by `selecting/inputs.py`, which hears of every criterion that is saved.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import as_seen
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst, WrongValue
from applications.calls import findings_version
from applications.calls.models import Call
from applications.reviewing import protocol
from applications.reviewing.models import HIGHEST, LOWEST, Criterion, Review
from applications.setup import changes

WHOLE = 100  # what the weights of a call add up to
WRONG_WEIGHT = gettext_lazy("A weight is from 1 to 100.")
MARKS = {str(mark) for mark in range(LOWEST, HIGHEST + 1)}


@transaction.atomic
def save(
    criterion: Criterion, *, by: User | None, seen: str | None = None, now: datetime, reason: str = ""
) -> None:
    """Add the criterion, or change it to what this object holds. Raises NotAllowed for one that cannot be marked so.

    `seen` is the version that the page showed: SomebodyWasFirst where it has been changed since.
    """
    if criterion.pk and seen is not None and by:
        as_seen.must_be(criterion, seen, by=by)
    arrange(criterion.call, [criterion], by=by, now=now, reason=reason)


@transaction.atomic
def weigh(call: Call, weights: Mapping[int, int], *, seen: str, by: User, now: datetime) -> None:
    """Give each criterion, by its pk, its weight. `seen` names the rubric that the page showed (`shown_as`).

    Raises SomebodyWasFirst for another one, and NotAllowed where the weights do not add up to a hundred.
    """
    criteria = _locked_as_seen(call, seen)
    for criterion in criteria:
        criterion.weight = weights[criterion.pk]
    if wrong := off_balance(criterion.weight for criterion in criteria):
        raise NotAllowed(wrong)
    arrange(call, criteria, by=by, now=now)


@transaction.atomic
def move(criterion: Criterion, *, up: bool, seen: str, by: User, now: datetime) -> None:
    """Have it marked before the one above it, or after the one below. Raises what `weigh` raises for another rubric."""
    criteria = _locked_as_seen(criterion.call, seen)
    place = next(index for index, each in enumerate(criteria) if each.pk == criterion.pk)
    beside = place + (-1 if up else 1)
    if not 0 <= beside < len(criteria):
        raise NotAllowed(_("There is no place further that way."))
    criteria[place], criteria[beside] = criteria[beside], criteria[place]
    for position, each in enumerate(criteria):
        each.position = position
    arrange(criterion.call, criteria, by=by, now=now)


def shown_as(criteria: Iterable[Criterion]) -> str:
    """Which criteria a page shows, in which order and with which weights, to be given back with what is done on it."""
    return "-".join(f"{criterion.pk}.{criterion.weight}" for criterion in criteria)


def _locked_as_seen(call: Call, seen: str) -> list[Criterion]:
    findings_version.changed(call)
    criteria = list(call.criteria.all())
    if shown_as(criteria) != seen:
        raise SomebodyWasFirst(_("The rubric has been changed meanwhile. Here it is as it stands now."))
    return criteria


def off_balance(weights: Iterable[int]) -> str:
    """What has to be done so that these weights add up to a hundred, as a sentence; "" where they do."""
    summed = sum(weights)
    if summed > WHOLE:
        return _("The weights add up to %(sum)s. Take %(n)s away.") % {"sum": summed, "n": summed - WHOLE}
    if summed < WHOLE:
        return _("The weights add up to %(sum)s. Give %(n)s more.") % {"sum": summed, "n": WHOLE - summed}
    return ""


def remove(criterion: Criterion, *, by: User | None, now: datetime, reason: str = "") -> None:
    """Take the criterion out of the rubric. Raises NotAllowed once somebody has marked it."""
    arrange(criterion.call, [], without=[criterion], by=by, now=now, reason=reason)


@transaction.atomic
def arrange(
    call: Call,
    wanted: Collection[Criterion],
    *,
    without: Collection[Criterion] = (),
    by: User | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Several changes of one rubric at once. All other criteria stay as they are."""
    findings_version.changed(call)  # it locks the call: a review is submitted before this change or after it
    check(call, wanted, without=without, now=now)
    stored = call.criteria.all()
    changes.arrange(stored, wanted, without, by=by, programme=call.programme, now=now, reason=reason)


def check(
    call: Call, wanted: Collection[Criterion], *, without: Collection[Criterion] = (), now: datetime
) -> None:
    """Raises NotAllowed, with a sentence, unless the rubric could have these criteria beside its others."""
    protocol.must_be_open(call, now)
    stored = {criterion.pk: criterion for criterion in call.criteria.all()}
    for criterion in without:
        if sentence := why_kept(criterion, now):
            raise NotAllowed(sentence)
    named = {criterion.pk for criterion in (*wanted, *without)}
    taken = {criterion.key for pk, criterion in stored.items() if pk not in named}
    for criterion in wanted:
        if criterion.key in taken:
            raise WrongValue(
                "key", _("Another criterion of this call has the key “%(key)s”.") % {"key": criterion.key}
            )
        if criterion.pk is None:
            _check_new(call)
        elif criterion.pk not in stored:
            raise NotAllowed(_("This criterion is no longer in the rubric of the call."))
        elif stored[criterion.pk].key != criterion.key and criterion.scores.exists():
            raise WrongValue(
                "key",
                _("Reviewers have marked the criterion “%(key)s”, so its key stays.")
                % {"key": stored[criterion.pk].key},
            )
        if not 1 <= criterion.weight <= WHOLE:
            raise WrongValue("weight", str(WRONG_WEIGHT))
        if wrong := sorted(set(criterion.anchors) - MARKS):
            raise WrongValue("anchors", _("“%(mark)s” is no mark from 0 to 10.") % {"mark": wrong[0]})
        taken.add(criterion.key)


def _check_new(call: Call) -> None:
    """A review counts when it marks every criterion: one more would take all those that are in out of the ranking."""
    submitted = Review.objects.filter(status=Review.Status.SUBMITTED, assignment__application__call=call)
    if submitted.exists():
        raise NotAllowed(
            _("Reviews are in already, and none of them marks a new criterion. They would no longer count.")
        )


def why_kept(criterion: Criterion, now: datetime) -> str:
    """Why the criterion cannot be removed, as a sentence; "" where it can."""
    if protocol.is_closed(criterion.call, now):
        return str(protocol.RulesSealed())
    if criterion.scores.exists():
        return _("Reviewers have marked the criterion “%(key)s”, so it stays.") % {"key": criterion.key}
    return ""


def total(call: Call) -> int:
    """What the weights add up to now. While a manager changes one after the other it may be other than 100."""
    return sum(call.criteria.values_list("weight", flat=True))
