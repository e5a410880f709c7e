"""What mentors say about themselves, and the weekly hours in which they can be booked."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accelerator import as_seen, history
from accelerator.models import Programme, Role, User
from accelerator.on_behalf import details as reason_kept
from accelerator.on_behalf import must_say_why
from mentoring.mentors import notices
from mentoring.mentors.availability import Rule
from mentoring.mentors.models import TERMS, Availability, Mentor

LISTED = "mentor.listed"
PROFILE_CHANGED = "mentor.profile_changed"
HOURS_CHANGED = "mentor.hours_changed"


@transaction.atomic
def save_profile(
    user: User,
    programme: Programme,
    *,
    fields: dict,
    seen: str | None = None,
    on_behalf: str = "",
    by: User | None = None,
    now: datetime,
) -> Mentor:
    """Write a mentor's profile; a mentor is listed from the first save on.

    `seen` is the version that the page showed: SomebodyWasFirst where another tab or device has saved since.
    `on_behalf`, here and below: why somebody else (`by`) writes it.
    """
    by = by or user
    if by.pk != user.pk:
        must_say_why(on_behalf)
    stored = Mentor.objects.filter(programme=programme, user=user).first()
    if stored and seen is not None:
        as_seen.must_be(stored, seen, by=by, actions=[LISTED, PROFILE_CHANGED])
    role = Role.objects.held_by(user, Role.Kind.MENTOR).filter(programme=programme).first()
    mentor, made = Mentor.objects.update_or_create(
        programme=programme,
        user=user,
        defaults=fields,
        create_defaults={**fields, "partner": role.partner if role else None},
    )
    changes = {
        name: (getattr(stored, name), value)
        for name, value in fields.items()
        if stored and getattr(stored, name) != value
    }
    if made or changes:
        history.record(
            LISTED if made else PROFILE_CHANGED,
            mentor,
            by=by,
            programme=programme,
            now=now,
            changes=changes,
            **reason_kept(on_behalf),
        )
        if on_behalf:
            notices.changed(mentor, "profile", by=by, on_behalf=on_behalf, now=now)
    return mentor


@transaction.atomic
def set_hours(
    mentor: Mentor,
    rules: list[Rule],
    *,
    session_minutes: int,
    notice_hours: int,
    is_paused: bool,
    own_terms: dict[str, Any],
    seen: str | None = None,
    on_behalf: str = "",
    by,
    now: datetime,
) -> None:
    """Replace the weekly hours and the mentor's own terms. Sessions that are booked stay as they are.

    `seen` is the version that the page showed: SomebodyWasFirst where other hours have been saved since.
    """
    if by.pk != mentor.user_id:
        must_say_why(on_behalf)
    locked = Mentor.objects.select_for_update(no_key=True).get(pk=mentor.pk)
    if seen is not None:
        as_seen.must_be(locked, seen, by=by, actions=[HOURS_CHANGED])
    before = _hours(locked)
    mentor.session_minutes, mentor.notice_hours = session_minutes, notice_hours
    mentor.paused_at = (locked.paused_at or now) if is_paused else None
    mentor.hours_set_at = now
    for name, value in own_terms.items():
        setattr(mentor, name, value)
    mentor.save(update_fields=["session_minutes", "notice_hours", "paused_at", "hours_set_at", *own_terms])
    mentor.availability.all().delete()
    Availability.objects.bulk_create(
        Availability(mentor=mentor, weekday=rule.weekday, starts=rule.starts, ends=rule.ends)
        for rule in rules
    )
    after = _hours(Mentor.objects.get(pk=mentor.pk))
    changes = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    if changes:
        why = reason_kept(on_behalf)
        history.record(
            HOURS_CHANGED, mentor, by=by, programme=mentor.programme, now=now, changes=changes, **why
        )
        if on_behalf:
            notices.changed(mentor, "hours", by=by, on_behalf=on_behalf, now=now)


def _hours(mentor: Mentor) -> dict[str, Any]:
    """What the history says of a mentor's hours."""
    return {
        "weekly_hours": [str(line) for line in mentor.availability.all()],
        "session_minutes": mentor.session_minutes,
        "notice_hours": mentor.notice_hours,
        "is_paused": mentor.is_paused,
        **{name: getattr(mentor, name) for name in (*TERMS, "country", "region")},
    }
