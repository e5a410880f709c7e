"""The reminders of a session: a day before, an hour before, and to log it afterwards; after the programme, none."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import partial

from django.utils.translation import gettext as _

from accelerator import clock, wording
from accelerator.messages import kinds, outbox, reminders
from accelerator.models import OutboxMessage, TeamMember
from applications.applying import conflict_rows
from mentoring.mentors import availability
from mentoring.sessions import briefs, notices
from mentoring.sessions.models import ActionItem, MentoringSession

SESSION_TOMORROW, SESSION_SOON = "mentoring.session_tomorrow", "mentoring.session_soon"
LOG_SESSION = "mentoring.log_session"
DAY_BEFORE, HOUR_BEFORE = timedelta(hours=24), timedelta(hours=1)
ACTION_DUE, ACTION_DUE_AT = "mentoring.action_due", time(9)  # on the programme's clock
LOG_MISSING = "mentoring.log_missing"
LOG_AFTER = [
    timedelta(hours=2),
    timedelta(days=1),
    timedelta(days=3),
]  # the end; then it is the managers' to ask
LOG_MISSING_AFTER, LOG_USELESS_AFTER = timedelta(days=5), timedelta(days=14)


def _booked_sessions(since: datetime, until: datetime):
    """Sessions that are to take place or wait for a log, and are near."""
    booked = MentoringSession.objects.filter(status=MentoringSession.Status.BOOKED).with_both_sides()
    return booked.filter(ends_at__gt=since - LOG_MISSING_AFTER, starts_at__lte=until + DAY_BEFORE)


@reminders.moments(of=_booked_sessions)
def of_sessions(session: MentoringSession, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """All reminders of a session in one declaration, because the tick runs every few seconds."""
    yield from _before(SESSION_TOMORROW, session, DAY_BEFORE, useless=HOUR_BEFORE)
    yield from _before(SESSION_SOON, session, HOUR_BEFORE, useless=timedelta(0))
    yield from _to_log(session)


def _before(
    kind: str, session: MentoringSession, lead: timedelta, *, useless: timedelta
) -> Iterator[reminders.Moment]:
    """To everybody concerned, `lead` before it begins, unless it was booked later than that."""
    due_at = session.starts_at - lead

    def to_both_sides() -> Iterator[reminders.Notice]:
        team = TeamMember.objects.filter(left_at=None, startup=session.membership.startup_id)
        guests = [member.user for member in team.select_related("user").order_by("joined_at", "pk")]
        for person in [session.mentor.user, *guests]:
            yield _notice(kind, session, person, due_at, session.starts_at - useless)

    if session.booked_at < due_at:
        yield reminders.Moment(kind, session, due_at, to_both_sides, version=_time(session))


def _to_log(session: MentoringSession) -> Iterator[reminders.Moment]:
    """To the mentor three times and then to the managers, while nothing is written down and the programme runs."""
    ends_at, last = session.ends_at, session.ends_at + LOG_USELESS_AFTER
    times = [ends_at + after for after in LOG_AFTER]
    for number, (due_at, useless_after) in enumerate(zip(times, [*times[1:], last], strict=True), start=1):
        notice = partial(
            _notice, LOG_SESSION, session, session.mentor.user, due_at, useless_after, number=number
        )
        if due_at < session.membership.cohort.ends_at:
            yield reminders.Moment(
                LOG_SESSION, session, due_at, partial(_alone, notice), version=_time(session)
            )
    asks_managers_at = ends_at + LOG_MISSING_AFTER
    if asks_managers_at < session.membership.cohort.ends_at:
        told = partial(_to_managers, session, asks_managers_at, last)
        yield reminders.Moment(LOG_MISSING, session, asks_managers_at, told, version=_time(session))


def _alone(notice: Callable[[], reminders.Notice]) -> list[reminders.Notice]:
    return [notice()]


def _to_managers(session: MentoringSession, due_at, useless_after) -> list[reminders.Notice]:
    managers = conflict_rows.impartial_managers(session.membership.offer.application)
    return [_notice(LOG_MISSING, session, manager, due_at, useless_after) for manager in managers]


def _notice(kind: str, session, person, due_at, useless_after, *, number: int = 1) -> reminders.Notice:
    name = kind.split(".")[1].replace("_", "-")
    suffix = f":{number}" if kind == LOG_SESSION else ""
    return reminders.Notice(
        kind=kind,
        key=f"{name}:{session.pk}:{_time(session)}:u{person.pk}{suffix}",
        version=_time(session),
        to=person,
        programme=session.programme,
        about=session,
        due_at=due_at,
        useless_after=useless_after,
        context=lambda: {
            **notices.context(session),
            "again": number > 1,
            "is_last": number == len(LOG_AFTER),
            "distance": wording.distance(session.starts_at, max(due_at, clock.now()), person.zone),
            "log_url": notices.log_address(session),
            "cancel_url": notices.cancel_address(session),
            **({"brief": briefs.of(session)} if kind == SESSION_TOMORROW else {}),
        },
    )


_time = notices.time_of


@kinds.still_wanted(SESSION_TOMORROW, SESSION_SOON, LOG_SESSION)
def still_as_booked(message: OutboxMessage) -> str:
    session = _session_of(message)
    if why := _no_longer(session, message):
        return why
    if message.recipient_id not in {person.pk for person in notices.people(session)}:
        return _("This person has left the team.")
    return ""


@kinds.still_wanted(LOG_MISSING)
def still_without_log(message: OutboxMessage) -> str:
    session = _session_of(message)
    application = session.membership.offer.application if session else None
    return _no_longer(session, message) or conflict_rows.why_not_told(message, application)


def _session_of(message: OutboxMessage) -> MentoringSession | None:
    sessions = MentoringSession.objects.select_related(
        "mentor__user", "membership__startup", "membership__offer__application__call"
    )
    return sessions.filter(pk=message.object_id or 0).first()


def _no_longer(session: MentoringSession | None, message: OutboxMessage) -> str:
    if session is None or session.is_cancelled:
        return _("The session was cancelled.")
    if not session.is_booked:
        return _("The session has been logged.")
    if message.version not in ("", _time(session)):  # one written without a version is of the one before
        return _("The session was moved; other reminders take its place.")
    return ""


# --- What is to be done -----------------------------------------------------------------------------------
def _dated_actions(since: datetime, until: datetime):
    """Open, with a date that is near; a day more on both sides, because zones differ."""
    day = timedelta(days=1)
    items = ActionItem.objects.still_open().filter(
        due_on__gte=(since - day).date(), due_on__lte=(until + day).date()
    )
    return items.select_related(
        "owner", "session__mentor__programme", "session__membership__cohort__call__programme"
    )


@reminders.moments(of=_dated_actions)
def of_actions(item: ActionItem, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """On the morning of its date, to whoever sees to it; where that is nobody, to the team."""
    assert item.due_on is not None
    due_at = availability.instant(item.due_on, ACTION_DUE_AT, item.session.programme.zone)
    if due_at < item.session.membership.cohort.ends_at:
        told = partial(_to_owner, item, due_at)
        yield reminders.Moment(ACTION_DUE, item, due_at, told, version=f"{item.due_on:%Y%m%d}")


def _to_owner(item: ActionItem, due_at: datetime) -> list[reminders.Notice]:
    membership = item.session.membership
    people = [item.owner] if item.owner else [member.user for member in membership.startup.team]
    address = outbox.absolute(membership.get_absolute_url())
    return [
        reminders.Notice(
            kind=ACTION_DUE,
            key=f"action-due:{item.pk}:{item.due_on:%Y%m%d}:u{person.pk}",
            version=f"{item.due_on:%Y%m%d}",
            to=person,
            programme=item.session.programme,
            about=item,
            due_at=due_at,
            useless_after=due_at + timedelta(days=1),
            context=lambda: {"text": item.text, "startup": membership.startup, "url": address},
        )
        for person in people
    ]


@kinds.still_wanted(ACTION_DUE)
def still_to_do(message: OutboxMessage) -> str:
    item = ActionItem.objects.filter(pk=message.object_id or 0).first()
    if item is None or item.is_done:
        return _("It is done.")
    if item.due_on is None or message.version != f"{item.due_on:%Y%m%d}":
        return _("Another day was agreed on.")
    return ""
