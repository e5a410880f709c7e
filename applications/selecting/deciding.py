"""Deciding: seats, the ordered reserve behind them, and who is not selected. Internal until the release."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.sight import Sight
from applications.selecting import order, seen
from applications.selecting.acts import BoardAct, NamedException
from applications.selecting.letters import withdraw_letters
from applications.selecting.locking import name_exception, open_for, open_to_decisions
from applications.selecting.models import Decision, Seat

OUTCOME = "decision//outcome"  # in a history: a field of the one decision on an application


@transaction.atomic
def pick(
    application: Application, *, reason: str = "", saw: str | None = None, by: User, now: datetime
) -> Decision:
    """Give an application one of the call's numbered seats. Out of the ranking's order it takes a reason.

    Of this and the next verbs `saw` is the mark of the decision on the person's page (`seen.of_decision`), of those on
    the whole the mark of the board; None where no page was looked at.
    """
    call = open_for(application, by, reason=reason, now=now)
    seen.must_be_as_seen(application, call, saw, by=by, now=now)
    _must_be_eligible(application)
    order.must_say_why(application, call, reason, by=by)
    seat = free_seat(call, application)
    return _decide(application, Decision.Outcome.SELECTED, seat=seat, reason=reason, by=by, now=now)


def free_seat(call: Call, application: Application) -> Seat:
    """The first free seat of a call, or the one that this application has. Raises NotAllowed where all are taken."""
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
    return seat


@transaction.atomic
def put_in_reserve(
    application: Application, *, reason: str = "", saw: str | None = None, by: User, now: datetime
) -> Decision:
    """Add an application at the end of the reserve."""
    call = open_for(application, by, reason=reason, now=now)
    seen.must_be_as_seen(application, call, saw, by=by, now=now)
    _must_be_eligible(application)
    others = room_in_reserve(call, application)
    last = others.aggregate(last=Max("reserve_position"))["last"] or 0
    return _decide(
        application, Decision.Outcome.RESERVE, reserve_position=last + 1, reason=reason, by=by, now=now
    )


def room_in_reserve(call: Call, application: Application) -> models.QuerySet[Decision]:
    """The others in the reserve. Raises NotAllowed where they fill it."""
    others = Decision.objects.filter(call=call).in_reserve().exclude(application=application)
    if others.count() >= call.reserve:
        raise NotAllowed(_("The reserve is full: this call keeps %(count)s.") % {"count": call.reserve})
    return others


@transaction.atomic
def leave_out(
    application: Application, *, reason: str = "", saw: str | None = None, by: User, now: datetime
) -> Decision:
    """Decide that an application is not selected."""
    call = open_for(application, by, reason=reason, now=now)
    seen.must_be_as_seen(application, call, saw, by=by, now=now)
    return _decide(application, Decision.Outcome.NOT_SELECTED, reason=reason, by=by, now=now)


@transaction.atomic
def leave_out_all_others(
    call: Call, *, reason: str = "", saw: str | None = None, by: User, now: datetime
) -> int:
    """Decide that all applications without a decision are not selected. Returns how many that were.

    All at once, as there may be thousands: `undecided` has checked what `leave_out` checks for each. What whoever presses
    has a conflict with stays undecided.
    """
    call = open_to_decisions(call, by, reason=reason)
    seen.board_must_be_as_seen(call, saw, by=by, now=now)
    undecided = Decision.objects.undecided(call).not_in_conflict_with(by)
    others = list(undecided.select_related(None).only("pk"))
    outcome = Decision.Outcome.NOT_SELECTED
    Decision.objects.bulk_create(
        Decision(call=call, application=application, outcome=outcome, decided_by=by, decided_at=now)
        for application in others
    )
    history.record_each(
        "application.decided",
        others,
        by=by,
        programme=call.programme,
        now=now,
        changes={OUTCOME: ("", outcome)},
        outcome=outcome,
    )
    if others and Sight(by, call).is_veiled:
        name_exception(NamedException.Kind.IN_CONFLICT, call, reason=reason, by=by, now=now)
    if others:
        BoardAct.objects.create(
            call=call,
            kind=BoardAct.Kind.OTHERS_LEFT_OUT,
            by=by,
            at=now,
            before={str(application.pk): None for application in others},
            after={str(application.pk): seen.mark(outcome, by.pk, now) for application in others},
        )
    return len(others)


@transaction.atomic
def take_back(
    application: Application, *, reason: str = "", saw: str | None = None, by: User, now: datetime
) -> None:
    """Undo a decision before it is published; the reserve behind it closes up."""
    call = open_for(application, by, reason=None, now=now)
    seen.must_be_as_seen(application, call, saw, by=by, now=now)
    before = Decision.objects.filter(application=application).select_related("seat").first()
    if before is None:
        return
    put_aside = give_up_place(application, now=now)
    note(BoardAct.Kind.TAKEN_BACK, application, before=before, letters=put_aside, by=by, now=now)
    history.record(
        "application.decision_taken_back",
        application,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason,
        changes={OUTCOME: (before.outcome, "")},
    )


@transaction.atomic
def move_in_reserve(
    application: Application,
    *,
    up: bool,
    reason: str = "",
    saw: str | None = None,
    by: User,
    now: datetime,
) -> None:
    """Change places with the neighbour above or below."""
    call = open_for(application, by, reason=None, now=now)
    seen.board_must_be_as_seen(call, saw, by=by, now=now)
    mine = Decision.objects.in_reserve().filter(application=application).first()
    if mine is None:
        raise NotAllowed(_("%(startup)s is not in the reserve.") % {"startup": application})
    step = -1 if up else 1
    place = mine.reserve_position + step
    neighbour = Decision.objects.filter(call=call, reserve_position=place).first()
    if neighbour is None:
        return
    change_places(mine, neighbour)
    BoardAct.objects.create(
        call=call,
        application=application,
        kind=BoardAct.Kind.REORDERED,
        by=by,
        at=now,
        before={str(application.pk): mine.reserve_position, str(neighbour.application_id): place},
        after={str(application.pk): place, str(neighbour.application_id): mine.reserve_position},
    )
    history.record(
        "application.moved_in_reserve",
        application,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason,
        changes={"decision//reserve_position": (mine.reserve_position, place)},
        to=place,
    )


def change_places(one: Decision, other: Decision) -> None:
    """Two in the reserve; the database compares places at the end of the transaction."""
    Decision.objects.filter(pk=one.pk).update(reserve_position=other.reserve_position)
    Decision.objects.filter(pk=other.pk).update(reserve_position=one.reserve_position)


def give_up_place(application: Application, *, now: datetime) -> list[int]:
    """Delete the decision on an application; the reserve behind it closes up. Returns the letters put aside with it.

    The caller has locked the call, and records why.
    """
    Decision.objects.filter(application=application).delete()
    put_aside = withdraw_letters(application, now=now)
    close_up_reserve(application.call)
    return put_aside


def _must_be_eligible(application: Application) -> None:
    if not Application.objects.eligible().filter(pk=application.pk).exists():
        raise NotAllowed(_("%(startup)s has not been found eligible.") % {"startup": application})


def _decide(
    application: Application, outcome: str, *, by: User, now: datetime, reason: str, **place: Any
) -> Decision:
    before = Decision.objects.filter(application=application).select_related("seat").first()
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
    put_aside: list[int] = []
    if before:
        put_aside = withdraw_letters(application, now=now)
        close_up_reserve(application.call)
    note(seen.ACT_OF[outcome], application, before=before, after=decision, letters=put_aside, by=by, now=now)
    seat: dict[str, Any] = {"seat": decision.seat.number} if decision.seat else {}
    history.record(
        "application.decided",
        application,
        by=by,
        programme=application.call.programme,
        now=now,
        reason=reason,
        changes={OUTCOME: (before.outcome if before else "", outcome)},
        outcome=outcome,
        **seat,
    )
    return decision


def note(
    kind: str,
    application: Application,
    *,
    before: Decision | None,
    after: Decision | None = None,
    letters: list[int],
    by: User,
    now: datetime,
) -> None:
    """Keep an act, with what stood before it."""
    key = str(application.pk)
    BoardAct.objects.create(
        call=application.call,
        application=application,
        kind=kind,
        by=by,
        at=now,
        before={key: before and state(before)},
        after={key: seen.of_decision(after)},
        letters=letters,
    )


def state(decision: Decision) -> dict[str, Any]:
    """All that a decision says, to bring it back from."""
    return {
        "outcome": decision.outcome,
        "seat": decision.seat.number if decision.seat else None,
        "reserve_position": decision.reserve_position,
        "reason": decision.reason,
        "by": decision.decided_by_id,
        "at": decision.decided_at.isoformat(),
    }


def close_up_reserve(call: Call) -> None:
    for position, decision in enumerate(Decision.objects.filter(call=call).in_reserve(), 1):
        if decision.reserve_position != position:
            Decision.objects.filter(pk=decision.pk).update(reserve_position=position)
