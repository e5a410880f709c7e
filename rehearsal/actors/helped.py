"""What becomes of what was booked: hours are moved and cancelled, what is to do gets done, a manager books for a team."""

import re
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import unquote

from django.urls import reverse

from accelerator.calendar.models import CalendarAnswer
from cohorts.models import Event
from mentoring.models import ActionItem, MentoringSession
from rehearsal.actors import members

FREE = re.compile(r'/(?:book|move)/\?at=([^"&]+)')
DAY = timedelta(days=1)
CANCELLED = [
    "Our demo broke last night, and we need the hour to mend it.",
    "I am ill; let us meet next week.",
]
ON_BEHALF = "They asked by telephone: the laptop was left on a train."


def plan(season):
    call = season.call
    for week in range(2, (call.ends_on - call.starts_on).days // 7):
        monday = call.starts_on + timedelta(days=7 * week)
        if week % 4 == 2:
            yield season.on(monday + 2 * DAY, 18), partial(move, season, week), True
        if week % 6 == 4:
            yield season.on(monday + 3 * DAY, 18), partial(cancel, season, week), True
        if week % 4 == 3:
            yield season.on(monday + 4 * DAY, 17), partial(tick, season), False
        if week % 4 == 1:
            yield season.on(monday + 4 * DAY, 17), partial(answer_invitation, season), True
        if week == 4:
            yield season.on(monday, 10), partial(book_on_behalf, season), True


def _coming(season, now: datetime) -> list[MentoringSession]:
    """Those that both sides can still change at ease."""
    sessions = MentoringSession.objects.filter(membership__cohort__call=season.call).not_begun(now + DAY)
    return list(sessions.with_both_sides().order_by("starts_at", "pk"))


def move(season, week: int, now: datetime) -> None:
    """A team moves one of the sessions to come to another hour that its mentor offers."""
    for session in _coming(season, now):
        path = reverse("mentoring:move_session", args=[session.public_id])
        owner = members.owner(season, session.membership)
        offered = [datetime.fromisoformat(unquote(at)) for at in FREE.findall(owner.get(path).text)]
        later = [at for at in offered if at > session.starts_at]
        if later:
            owner.post(path, {"starts_at": season.rng("move", week).choice(later[:6]).isoformat()})
            return


def cancel(season, week: int, now: datetime) -> None:
    """By turns a team and a mentor call off the last of what is booked."""
    coming = _coming(season, now)
    if coming:
        session, by_mentor = coming[-1], week % 12 == 10
        owner = members.owner(season, session.membership)
        person = season.person(session.mentor.user.email) if by_mentor else owner
        path = reverse("mentoring:cancel_session", args=[session.public_id])
        person.post(path, {"reason": CANCELLED[by_mentor], "seen": session.starts_at.isoformat()})


def tick(season, now: datetime) -> None:
    """Each team ticks what has been open longest; some of it stays open and is carried on."""
    for membership in members.memberships(season):
        waiting = ActionItem.objects.still_open().filter(session__membership=membership)
        for item in waiting.select_related("session").order_by("pk")[:1]:
            path = reverse("mentoring:tick_action_item", args=[item.session.public_id, item.pk])
            members.owner(season, membership).post(path, {"done": "1"})


def answer_invitation(season, now: datetime) -> None:
    """Each team says whether it comes to the next event, unless it has said so; not all of them can."""
    event = Event.objects.filter(call=season.call, starts_at__gt=now).standing().order_by("starts_at").first()
    for number, membership in enumerate(members.memberships(season) if event else []):
        owner = members.owner(season, membership)
        if not CalendarAnswer.objects.filter(user=owner.user, starts_at=event.starts_at).exists():
            said = "declined" if number == 2 else "accepted"
            path = reverse("calendars:answer", args=["event", event.public_id])
            owner.post(path, {"answer": said, "seen": event.starts_at.isoformat(), "note": ""})


def book_on_behalf(season, now: datetime) -> None:
    """A manager books for the last of the members, who asked for it by telephone."""
    found = members.memberships(season)
    if not found:
        return
    membership, manager = found[-1], season.manager()
    for mentor in members.nearest(season, membership, 4):
        query = f"?for={membership.public_id}"
        page = manager.get(mentor.get_absolute_url() + query)
        free = FREE.findall(page.text)
        if free:
            path = reverse("mentoring:book_session", args=[mentor.public_id]) + query
            said = {"starts_at": unquote(free[0]), "topic": "What to ask first", "on_behalf": ON_BEHALF}
            manager.post(path, said)
            return
