"""What mentors say about themselves, and the weekly hours in which they can be booked."""

from datetime import datetime

from django.db import transaction

from accelerator import history
from accelerator.models import Programme, Role, User
from mentoring.mentors.availability import Rule
from mentoring.mentors.models import Availability, Mentor


@transaction.atomic
def save_profile(user: User, programme: Programme, *, fields: dict, now: datetime) -> Mentor:
    """Write a mentor's profile; a mentor is listed from the first save on."""
    role = Role.objects.held_by(user, Role.Kind.MENTOR).filter(programme=programme).first()
    mentor, made = Mentor.objects.update_or_create(
        programme=programme,
        user=user,
        defaults=fields,
        create_defaults={**fields, "partner": role.partner if role else None},
    )
    verb = "listed" if made else "profile_changed"
    history.record(f"mentor.{verb}", mentor, by=user, programme=programme, now=now, fields=sorted(fields))
    return mentor


@transaction.atomic
def set_hours(
    mentor: Mentor,
    rules: list[Rule],
    *,
    session_minutes: int,
    notice_hours: int,
    is_paused: bool,
    by,
    now: datetime,
) -> None:
    """Replace the weekly hours. Sessions that are booked stay as they are."""
    locked = Mentor.objects.select_for_update(no_key=True).get(pk=mentor.pk)
    mentor.session_minutes, mentor.notice_hours = session_minutes, notice_hours
    mentor.paused_at = (locked.paused_at or now) if is_paused else None
    mentor.save(update_fields=["session_minutes", "notice_hours", "paused_at"])
    mentor.availability.all().delete()
    Availability.objects.bulk_create(
        Availability(mentor=mentor, weekday=rule.weekday, starts=rule.starts, ends=rule.ends)
        for rule in rules
    )
    history.record(
        "mentor.hours_changed", mentor, by=by, programme=mentor.programme, now=now, weekly=len(rules)
    )
