"""What the clock does to offers: founders are reminded, and what nobody answered in time expires. And who still gets
a letter that waits for its next try."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.messages import kinds, outbox, reminders
from accelerator.models import OutboxMessage, TeamMember
from applications.applying import consents
from applications.applying.conflict_rows import managers_outside, why_not_told
from applications.applying.models import Application
from applications.calls import window
from applications.calls.models import Call
from applications.reviewing.sight import Sight
from applications.selecting import next_time, offers, promise, proposals, releasing
from applications.selecting.acts import ProposedAct
from applications.selecting.models import Letter, Offer
from applications.selecting.notices import (
    NEXT_CALL_OPENS,
    PROPOSAL_MADE,
    SEAT_MOVED_ON,
    WITHDRAWN_AFTER_CLOSING,
)
from applications.selecting.obstacles import Obstacle

OFFER_EXPIRING = "applications.offer_expiring"
LETTERS = [Letter.MESSAGE + kind for kind in Letter.Kind.values]

RELEASE_DUE = "applications.release_due"

MORNING = time(10)
EVENING = timedelta(hours=18)
A_DAY = timedelta(days=1)
A_FEW_DAYS = timedelta(days=5)  # more than any reminder here stands away from its day


def _open_offers(since: datetime, until: datetime) -> QuerySet[Offer]:
    offers = Offer.objects.open().filter(expires_at__gt=since, expires_at__lte=until + A_FEW_DAYS)
    return offers.select_related("application__startup", "application__call__programme")


@reminders.moments(of=_open_offers)
def offer_expiring(offer: Offer, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """To each of the team, on the morning before the last day of an offer that nobody has answered."""
    due_at = window.reminder_moment(offer.expires_at, offer.application.call.zone, days_before=1, at=MORNING)
    if offer.offered_at <= due_at:
        version = f"{offer.expires_at:%Y%m%dT%H%MZ}"
        yield reminders.Moment(
            OFFER_EXPIRING,
            about=offer,
            due_at=due_at,
            version=version,
            notices=partial(_to_the_team, offer, due_at, version),
        )


def _to_the_team(offer: Offer, due_at: datetime, version: str) -> Iterator[reminders.Notice]:
    team = TeamMember.objects.filter(startup=offer.startup, left_at=None).select_related("user")
    for member in team.order_by("pk"):
        yield reminders.Notice(
            kind=OFFER_EXPIRING,
            key=f"offer_expiring:{offer.pk}:{version}:{member.user_id}",
            to=member.user,
            programme=offer.application.call.programme,
            about=offer,
            due_at=due_at,
            useless_after=offer.expires_at,
            version=version,
            context=partial(dict, application=offer.application, offer=offer),
        )


@kinds.still_wanted(OFFER_EXPIRING)
def still_unanswered(message: OutboxMessage) -> str:
    offer = Offer.objects.open().select_related("application__startup").filter(pk=message.object_id).first()
    if offer is None:
        return _("The offer was answered in the meantime.")
    if message.version not in ("", f"{offer.expires_at:%Y%m%dT%H%MZ}"):
        return _("The offer was given longer; another reminder takes its place.")
    if not offer.startup.team.filter(user=message.recipient_id).exists():
        return _("This person has left the team.")
    return ""


@kinds.still_wanted(*LETTERS)
def still_in_the_team(message: OutboxMessage) -> str:
    """A letter may wait for its next try for hours; who has left by then does not get it."""
    team = TeamMember.objects.filter(startup__applications=message.object_id, left_at=None)
    if not team.filter(user=message.recipient_id).exists():
        return _("This person has left the team.")
    return ""


# --- The next call --------------------------------------------------------------------------------------
def _opening_calls(since: datetime, until: datetime) -> QuerySet[Call]:
    calls = Call.objects.announced().filter(window__opens_at__gt=since, window__opens_at__lte=until)
    return calls.select_related("programme", "window").order_by("pk")


@reminders.moments(of=_opening_calls)
def next_call_opens(call: Call, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """To teams of earlier calls that were not chosen and agreed to be written to when the next one opens."""
    yield reminders.Moment(
        NEXT_CALL_OPENS,
        about=call,
        due_at=call.window.opens_at,
        notices=partial(_to_those_who_agreed, call),
    )


def _to_those_who_agreed(call: Call) -> Iterator[reminders.Notice]:
    for application in next_time.who_agreed(call):
        team = TeamMember.objects.filter(startup=application.startup_id, left_at=None).select_related("user")
        for member in team.order_by("pk"):
            yield reminders.Notice(
                kind=NEXT_CALL_OPENS,
                key=f"next_call_opens:{call.pk}:{member.user_id}",
                version=str(call.pk),
                to=member.user,
                programme=call.programme,
                about=application,
                due_at=call.window.opens_at,
                useless_after=call.window.deadline,
                context=partial(
                    dict,
                    application=application,
                    call=call,
                    link=outbox.absolute(
                        reverse("applying:start_application", args=[call.programme.slug, call.slug])
                    ),
                    my_data=outbox.absolute(reverse("privacy:my_data")),
                ),
            )


@kinds.still_wanted(NEXT_CALL_OPENS)
def still_agreed(message: OutboxMessage) -> str:
    application = Application.objects.filter(pk=message.object_id or 0).first()
    if application is None or not consents.stands(application, consents.KEEP_FOR_NEXT):
        return _("The team no longer agrees to be written to.")
    if message.version and not Call.objects.announced().filter(pk=int(message.version)).exists():
        return _("The call is a draft again.")
    if not application.startup.team.filter(user=message.recipient_id).exists():
        return _("This person has left the team.")
    return ""


# --- The promised day -----------------------------------------------------------------------------------
def _unreleased_calls(since: datetime, until: datetime) -> QuerySet[Call]:
    around = (since - A_DAY).date(), (until + 2 * A_DAY).date()
    calls = Call.objects.announced().filter(release=None, decision_on__range=around).order_by("pk")
    return calls.select_related("programme", "window")


@reminders.moments(of=_unreleased_calls)
def release_due(call: Call, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """To the managers, on the evening before the day by which everybody was promised an answer."""
    evening_before = window.end_of_day(call.decision_on - 2 * A_DAY, call.zone) + EVENING
    yield reminders.Moment(
        RELEASE_DUE,
        about=call,
        due_at=evening_before,
        version=call.decision_on.isoformat(),
        notices=partial(_to_managers_before_the_day, call, evening_before),
    )


def _to_managers_before_the_day(call: Call, due_at: datetime) -> Iterator[reminders.Notice]:
    if not promise.who_wait(call).exists():
        return
    for manager in managers_outside(call):
        # Figures of the outcome are for those who see all of it.
        obstacles = partial(releasing.obstacles, call) if not Sight(manager, call).is_veiled else list
        yield reminders.Notice(
            kind=RELEASE_DUE,
            key=f"release_due:{call.pk}:{call.decision_on.isoformat()}:{manager.pk}",
            to=manager,
            programme=call.programme,
            about=call,
            due_at=due_at,
            useless_after=window.end_of_day(call.decision_on, call.zone),
            version=call.decision_on.isoformat(),
            context=partial(_before_the_day, call, obstacles),
        )


def _before_the_day(call: Call, obstacles: Callable[[], list[Obstacle]]) -> dict:
    return {
        "call": call,
        "obstacles": obstacles(),
        "release_url": outbox.absolute(reverse("selecting:release", args=[call.pk])),
        "day_url": outbox.absolute(reverse("selecting:answer_day", args=[call.pk])),
    }


@kinds.still_wanted(RELEASE_DUE)
def still_promised(message: OutboxMessage) -> str:
    call = Call.objects.filter(release=None).filter(pk=message.object_id or 0).first()
    if call is None:
        return _("The answers are out.")
    if message.version != call.decision_on.isoformat():
        return _("The day was moved.")
    return why_not_told(message, call)


# --- To managers: nobody hears of what they have a conflict with, also when it arose after the mail was written -----
@kinds.still_wanted(SEAT_MOVED_ON)
def still_impartial_to_the_seat(message: OutboxMessage) -> str:
    """It names who had the seat and who has it now."""
    freed = Offer.objects.select_related("application__call").filter(pk=message.object_id or 0).first()
    if freed is None:
        return _("What it is about is gone.")
    of_seat = Offer.objects.filter(seat=freed.seat_id).select_related("application__call")
    return why_not_told(message, *(offer.application for offer in of_seat))


@kinds.still_wanted(PROPOSAL_MADE)
def still_to_be_confirmed(message: OutboxMessage) -> str:
    proposal = (
        ProposedAct.objects.waiting().filter(pk=int(message.version or 0)).select_related("call").first()
    )
    if proposal is None:
        return _("It was answered or withdrawn in the meantime.")
    second = proposals.second_persons(proposal.call, proposal.proposed_by)
    if not second.filter(pk=message.recipient_id or 0).exists():
        return _("This person no longer runs the call, or has a conflict of interest by now.")
    return ""


@kinds.still_wanted(WITHDRAWN_AFTER_CLOSING)
def still_impartial_to_the_withdrawn(message: OutboxMessage) -> str:
    return why_not_told(message, Application.objects.filter(pk=message.object_id or 0).first())


def _unanswered_offers(_since: datetime, until: datetime) -> QuerySet[Offer]:
    unanswered = Offer.objects.open().filter(expires_at__lte=until).order_by("expires_at", "pk")
    return unanswered.select_related("application__call__programme", "seat")


@reminders.jobs(of=_unanswered_offers)
def expire_offers(offer: Offer) -> reminders.Job:
    """What nobody answered in time moves on to the reserve; also long after, when the tick did not run."""
    return reminders.Job(
        "applications.expire_offer",
        about=offer,
        due_at=offer.expires_at,
        run=lambda now: offers.expire(offer, now),
    )


def _declining_offers(_since: datetime, until: datetime) -> QuerySet[Offer]:
    declining = Offer.objects.filter(status=Offer.Status.DECLINING, declines_at__lte=until)
    return declining.order_by("declines_at", "pk").select_related("application__call__programme", "seat")


@reminders.jobs(of=_declining_offers)
def finish_declines(offer: Offer) -> reminders.Job:
    """A place that its team gave up an hour ago moves on; also long after, when the tick did not run."""
    return reminders.Job(
        "applications.finish_decline",
        about=offer,
        due_at=offer.declines_at or offer.expires_at,
        run=lambda now: offers.finish_decline(offer, now),
    )
