"""Deciding: seats, the ordered reserve behind them, and who is not selected. Internal until the release."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.calls.models import Call
from applications.selecting.letters import withdraw_letters
from applications.selecting.locking import open_for, open_to_decisions
from applications.selecting.models import Decision, Seat


@transaction.atomic
def pick(application: Application, *, reason: str = "", by: User, now: datetime) -> Decision:
    """Give an application one of the call's numbered seats."""
    call = open_for(application, by)
    _must_be_eligible(application)
    Seat.objects.bulk_create(
        [Seat(call=call, number=number) for number in range(1, call.seats + 1)], ignore_conflicts=True
    )
    seat = (
        Seat.objects.filter(call=call)
        .filter(Q(decision__isnull=True) | Q(decision__application=application))
        .first()
    )
    if seat is None:
        raise NotAllowed(
            ngettext(
                "The only seat is taken. Take it back from somebody first.",
                "All %(seats)s seats are taken. Take one back from somebody first.",
                call.seats,
            )
            % {"seats": call.seats}
        )
    return _decide(application, Decision.Outcome.SELECTED, seat=seat, reason=reason, by=by, now=now)


@transaction.atomic
def put_in_reserve(application: Application, *, reason: str = "", by: User, now: datetime) -> Decision:
    """Add an application at the end of the reserve."""
    call = open_for(application, by)
    _must_be_eligible(application)
    others = Decision.objects.filter(call=call).in_reserve().exclude(application=application)
    if others.count() >= call.reserve:
        raise NotAllowed(_("The reserve is full: this call keeps %(count)s.") % {"count": call.reserve})
    last = others.aggregate(last=Max("reserve_position"))["last"] or 0
    return _decide(
        application, Decision.Outcome.RESERVE, reserve_position=last + 1, reason=reason, by=by, now=now
    )


@transaction.atomic
def leave_out(application: Application, *, reason: str = "", by: User, now: datetime) -> Decision:
    """Decide that an application is not selected."""
    open_for(application, by)
    return _decide(application, Decision.Outcome.NOT_SELECTED, reason=reason, by=by, now=now)


@transaction.atomic
def leave_out_all_others(call: Call, *, by: User, now: datetime) -> int:
    """Decide that all applications without a decision are not selected. Returns how many that were.

    All at once, as there may be thousands: `undecided` has checked what `leave_out` checks for each. What whoever presses
    has a conflict with stays undecided.
    """
    call = open_to_decisions(call, by)
    undecided = Decision.objects.undecided(call).not_in_conflict_with(by)
    others = list(undecided.select_related(None).only("pk"))
    outcome = Decision.Outcome.NOT_SELECTED
    Decision.objects.bulk_create(
        Decision(call=call, application=application, outcome=outcome, decided_by=by, decided_at=now)
        for application in others
    )
    history.record_each(
        "application.decided", others, by=by, programme=call.programme, now=now, outcome=outcome
    )
    return len(others)


@transaction.atomic
def take_back(application: Application, *, reason: str = "", by: User, now: datetime) -> None:
    """Undo a decision before it is published; the reserve behind it closes up."""
    call = open_for(application, by)
    if give_up_place(application, now=now):
        history.record(
            "application.decision_taken_back",
            application,
            by=by,
            programme=call.programme,
            now=now,
            reason=reason,
        )


@transaction.atomic
def move_in_reserve(application: Application, *, up: bool, reason: str = "", by: User, now: datetime) -> None:
    """Change places with the neighbour above or below."""
    call = open_for(application, by)
    mine = Decision.objects.in_reserve().filter(application=application).first()
    if mine is None:
        raise NotAllowed(_("%(startup)s is not in the reserve.") % {"startup": application})
    step = -1 if up else 1
    neighbour = Decision.objects.filter(call=call, reserve_position=mine.reserve_position + step)
    if neighbour.update(reserve_position=mine.reserve_position):
        Decision.objects.filter(pk=mine.pk).update(reserve_position=F("reserve_position") + step)
        history.record(
            "application.moved_in_reserve",
            application,
            by=by,
            programme=call.programme,
            now=now,
            reason=reason,
            to=mine.reserve_position + step,
        )


def give_up_place(application: Application, *, now: datetime) -> Decision | None:
    """Delete the decision on an application and its letter; the reserve behind it closes up.

    The caller has locked the call, and records why. Returns what was decided.
    """
    decision = Decision.objects.filter(application=application).select_related("seat").first()
    if decision is None:
        return None
    decision.delete()
    withdraw_letters(application, now=now)
    _close_up_reserve(application.call)
    return decision


def _must_be_eligible(application: Application) -> None:
    if not Application.objects.eligible().filter(pk=application.pk).exists():
        raise NotAllowed(_("%(startup)s has not been found eligible.") % {"startup": application})


def _decide(
    application: Application, outcome: str, *, by: User, now: datetime, reason: str, **place: Any
) -> Decision:
    before = Decision.objects.filter(application=application).first()
    if before and before.outcome == outcome:
        Decision.objects.filter(pk=before.pk).update(reason=reason.strip() or before.reason)
        return before
    decision, _made = Decision.objects.update_or_create(
        application=application,
        defaults={
            "call": application.call,
            "outcome": outcome,
            "reason": reason.strip(),
            "decided_by": by,
            "decided_at": now,
            "seat": None,
            "reserve_position": None,
            **place,
        },
    )
    if before:
        withdraw_letters(application, now=now)
        _close_up_reserve(application.call)
    seat: dict[str, Any] = {"seat": decision.seat.number} if decision.seat else {}
    history.record(
        "application.decided",
        application,
        by=by,
        programme=application.call.programme,
        now=now,
        reason=reason,
        outcome=outcome,
        **seat,
    )
    return decision


def _close_up_reserve(call: Call) -> None:
    for position, decision in enumerate(Decision.objects.filter(call=call).in_reserve(), 1):
        if decision.reserve_position != position:
            Decision.objects.filter(pk=decision.pk).update(reserve_position=position)
