"""What reviewers and managers hear by the clock, and when an offer runs out. The founders' part is in reminders.py."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import cache, partial

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import clock
from accelerator.messages import outbox, reminders
from accelerator.models import OutboxMessage, TeamMember
from applications.applying import sealing
from applications.applying.models import Application
from applications.applying.reminders import of_call
from applications.calls import window
from applications.calls.models import Call
from applications.reviewing import reviewing
from applications.reviewing.models import Assignment, Reviewer
from applications.selecting import selection
from applications.selecting.models import Offer

REVIEW_DUE_SOON = "applications.review_due_soon"
REVIEW_OVERDUE = "applications.review_overdue"
CALL_CLOSED = "applications.call_closed"
OFFER_EXPIRING = "applications.offer_expiring"

MORNING = time(10)
A_FEW_DAYS = timedelta(days=5)  # more than any reminder here stands away from its day


# --- Reviews --------------------------------------------------------------------------------------------
@of_call
def reviews_due(call: Call, _since: datetime) -> Iterator[reminders.Moment]:
    """To whoever still has some to write: three days before reviews are due, useless once the day is over, and the
    morning after, useless once the decision is taken."""
    if call.is_released:
        return
    due_end, decided = (window.end_of_day(day, call.zone) for day in (call.reviews_due_on, call.decision_on))
    for kind, days_before, useless_after in (
        (REVIEW_DUE_SOON, 3, due_end),
        (REVIEW_OVERDUE, -1, decided),
    ):
        due_at = window.reminder_moment(due_end, call.zone, days_before=days_before, at=MORNING)
        if due_at < useless_after:
            yield reminders.Moment(
                kind,
                about=call,
                due_at=due_at,
                version=_due(call),
                notices=partial(_to_those_reading, kind, call, due_at, useless_after),
            )


def _unfinished():
    """What reviewers are asked to read now and have not."""
    return Assignment.objects.awaiting_review().filter(
        application__eligibility=Application.Eligibility.ELIGIBLE
    )


def _to_those_reading(
    kind: str, call: Call, due_at: datetime, useless_after: datetime
) -> Iterator[reminders.Notice]:
    """To each reviewer with something left that was theirs when the moment came."""
    asked = _unfinished().filter(application__call=call, assigned_at__lte=due_at)
    left = dict(asked.values_list("reviewer").annotate(left=Count("pk")))
    reviewers = reviewing.active_reviewers(call).filter(pk__in=left).select_related("user")
    for reviewer in reviewers.order_by("pk"):
        yield reminders.Notice(
            kind=kind,
            key=f"{kind.partition('.')[2]}:{reviewer.pk}:{_due(call)}",
            version=_due(call),
            to=reviewer.user,
            programme=call.programme,
            about=reviewer,
            due_at=due_at,
            useless_after=useless_after,
            context=partial(_reading_left, call, left[reviewer.pk]),
        )


def _reading_left(call: Call, count: int) -> dict:
    return {"call": call, "count": count, "url": outbox.absolute(reverse("reviewing:review_queue"))}


def _due(call: Call) -> str:
    """The due day that a reminder speaks of; a moved one makes new reminders and takes back the old."""
    return f"{call.reviews_due_on:%Y%m%d}"


@outbox.still_wanted(REVIEW_DUE_SOON, REVIEW_OVERDUE)
def still_to_be_read(message: OutboxMessage) -> str:
    reviewer = Reviewer.objects.select_related("call__release").filter(pk=message.object_id).first()
    if reviewer is None:
        return _("This person reviews no longer.")
    if reviewer.call.is_released:
        return _("The decisions are published.")
    if message.version not in ("", _due(reviewer.call)):  # one written without a version is of the one before
        return _("The due day was moved; other reminders take its place.")
    if not _unfinished().filter(reviewer=reviewer).exists():
        return _("Everything was read in the meantime.")
    if not reviewing.active_reviewers(reviewer.call).filter(pk=reviewer.pk).exists():
        return _("This person reviews no longer.")
    return ""


# --- The end of a call ----------------------------------------------------------------------------------
@of_call
def call_closed(call: Call, _since: datetime) -> Iterator[reminders.Moment]:
    """To the managers, with the figures, as soon as a call is sealed."""
    sealed_at = call.window.sealed_at
    due_at = sealed_at or call.window.closes_at + sealing.SEALED_AFTER
    if sealed_at is None and due_at <= clock.now():
        return  # planned for the past and still not sealed: the news waits for the seal
    closes_at = f"{call.window.closes_at:%Y%m%dT%H%MZ}"
    yield reminders.Moment(
        CALL_CLOSED, about=call, due_at=due_at, version=closes_at, notices=partial(_to_managers, call, due_at)
    )


def _to_managers(call: Call, due_at: datetime) -> Iterator[reminders.Notice]:
    figures = cache(partial(_figures, call))  # counted once, and only when there is somebody to be told
    for manager in call.managers.exclude(pk__in=call.applicants.values("user")):
        yield reminders.Notice(
            kind=CALL_CLOSED,
            key=f"call_closed:{call.pk}:{call.window.closes_at:%Y%m%dT%H%MZ}:{manager.pk}",
            version=f"{call.window.closes_at:%Y%m%dT%H%MZ}",
            to=manager,
            programme=call.programme,
            about=call,
            due_at=due_at,
            useless_after=window.end_of_day(call.reviews_due_on, call.zone),
            context=figures,
        )


def _figures(call: Call) -> dict:
    last_day = window.last_day(call.window.closes_at, call.zone)
    begins_at = window.end_of_day(last_day - timedelta(days=1), call.zone)
    status = Application.Status
    figures = call.applications.aggregate(
        submitted=Count("pk", filter=Q(status=status.SUBMITTED)),
        last_day=Count("pk", filter=Q(status=status.SUBMITTED, submitted_at__gte=begins_at)),
        drafts=Count("pk", filter=Q(status=status.DRAFT)),
        withdrawn=Count("pk", filter=Q(status=status.WITHDRAWN)),
    )
    return {"call": call, "url": outbox.absolute(reverse("reviewing:screening", args=[call.pk])), **figures}


# --- Offers ---------------------------------------------------------------------------------------------
def _open_offers(since: datetime, until: datetime):
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


@outbox.still_wanted(OFFER_EXPIRING)
def still_unanswered(message: OutboxMessage) -> str:
    offer = Offer.objects.open().select_related("application__startup").filter(pk=message.object_id).first()
    if offer is None:
        return _("The offer was answered in the meantime.")
    if not offer.startup.team.filter(user=message.recipient_id).exists():
        return _("This person has left the team.")
    return ""


def _unanswered_offers(_since: datetime, until: datetime):
    unanswered = Offer.objects.open().filter(expires_at__lte=until).order_by("expires_at", "pk")
    return unanswered.select_related("application__call__programme", "seat")


@reminders.jobs(of=_unanswered_offers)
def expire_offers(offer: Offer) -> reminders.Job:
    """What nobody answered in time moves on to the reserve; also long after, when the clockwork was down."""
    return reminders.Job(
        "applications.expire_offer",
        about=offer,
        due_at=offer.expires_at,
        run=lambda now: selection.expire(offer, now),
    )
