"""Mentors: after a session they log it, most the same day, some only after the reminder; sometimes nobody came."""

from datetime import datetime, timedelta
from functools import partial

from django.urls import reverse

from mentoring.models import Mentor, MentoringSession


def plan(season):
    day = season.call.starts_on
    while day <= season.call.ends_on:
        if day.weekday() < 5:
            yield season.on(day, 19, 30), partial(log_all, season), False
            yield season.on(day, 11, 30), partial(log_all, season), False
        day += timedelta(days=1)
    yield (
        season.on(season.call.starts_on + timedelta(days=40), 20),
        partial(log_without_booking, season),
        False,
    )


def log_all(season, now: datetime) -> None:
    """Log what has ended, by whoever has got round to it."""
    ended = MentoringSession.objects.awaiting_log(now).filter(membership__cohort__call=season.call)
    for session in ended.select_related("mentor__user", "membership__startup").order_by("starts_at"):
        if now - session.ends_at >= _waits(season, session):
            log(season, session)


def _waits(season, session: MentoringSession) -> timedelta:
    """Two of three mentors log the same evening, the others the next day; one log in eight takes more than three.

    Each a little less or more than a round time, so that no log hangs on the second at which an hour ends.
    """
    email = session.mentor.user.email
    if season.rng("late", email, session.starts_at).random() < 0.125:
        return timedelta(hours=75, minutes=5)
    is_prompt = season.rng("prompt", email).random() < 0.67
    return timedelta(minutes=5) if is_prompt else timedelta(hours=11, minutes=55)


def log(season, session: MentoringSession) -> None:
    rng = season.rng("log", session.mentor.user.email, session.starts_at)
    role = next((m for m in season.cast.mentors if m.email == session.mentor.user.email), None)
    logged = (
        MentoringSession.objects.filter(membership__cohort__call=season.call)
        .exclude(status=MentoringSession.Status.BOOKED)
        .count()
    )
    nobody_came = logged % 17 == 11
    texts = next((s for s in season.cast.mentoring_texts["sessions"] if s["topic"] == session.topic), None)
    opening = rng.choice(role.comments) + " " if role and role.comments else ""
    data = {
        "outcome": "no_show" if nobody_came else "held",
        "minutes": 0 if nobody_came else session.minutes + rng.choice([-10, 0, 0, 5]),
        "notes": "" if nobody_came else opening + (texts["notes"] if texts else ""),
        "private_note": "" if nobody_came or not texts else texts["private_note"],
        "action_items": "" if nobody_came or not texts else "\n".join(texts["actions"]),
    }
    season.person(session.mentor.user.email).post(
        reverse("mentoring:log_session", args=[session.public_id]), data
    )


def log_without_booking(season, now: datetime) -> None:
    """A quarter of an hour at the coffee machine, which counts too."""
    members = list(season.call.cohort.memberships.order_by("pk")) if hasattr(season.call, "cohort") else []
    mentor = Mentor.objects.active().filter(programme=season.call.programme).order_by("pk").first()
    if not members or mentor is None:
        return
    starts = now - timedelta(hours=3)
    local = starts.astimezone(mentor.zone)
    season.person(mentor.user.email).post(
        reverse("mentoring:log_unbooked", args=[mentor.public_id]),
        {
            "membership": members[-1].pk,
            "on": f"{local:%Y-%m-%d}",
            "at": f"{local:%H:%M}",
            "topic": "Demo day",
            "minutes": 15,
            "notes": "At the coffee machine: what to show on demo day, and what to leave out.",
            "private_note": "",
            "action_items": "Write the first sentence of the pitch",
        },
        expect=(200, 302),
    )
