"""Days on which a mentor is away, or free at other hours beside those of the week."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import User
from accelerator.on_behalf import details as reason_kept
from accelerator.on_behalf import must_say_why
from accelerator.transitions import NotAllowed
from mentoring.mentors import notices
from mentoring.mentors.availability import Exceptional
from mentoring.mentors.models import Mentor, OtherDay

MOST = 60
LONGEST = 366  # days


@transaction.atomic
def add(
    mentor: Mentor, days: Exceptional, *, note: str = "", on_behalf: str = "", by: User, now: datetime
) -> OtherDay:
    """Sessions that are booked stay as they are. Raises NotAllowed for what is over, too long, or there already.

    `on_behalf`, here and below: why somebody else does it.
    """
    if by.pk != mentor.user_id:
        must_say_why(on_behalf)
    Mentor.objects.select_for_update(no_key=True).get(pk=mentor.pk)
    coming = mentor.other_days.filter(last_day__gte=now.astimezone(mentor.zone).date())
    if days.last_day < now.astimezone(mentor.zone).date():
        raise NotAllowed(_("That is over. Choose days to come."))
    if (days.last_day - days.first_day).days >= LONGEST:
        raise NotAllowed(
            _("That is more than a year. Pause instead, and take it up again when you are back.")
        )
    if any(row.exceptional == days for row in coming):
        raise NotAllowed(_("That stands there already."))
    if len(coming) >= MOST:
        raise NotAllowed(
            _("There are %(n)d such days already. Remove some, or change your weekly hours.") % {"n": MOST}
        )
    added = OtherDay.objects.create(
        mentor=mentor,
        first_day=days.first_day,
        last_day=days.last_day,
        is_off=days.is_off,
        starts=days.starts,
        ends=days.ends,
        note=note,
    )
    _record("mentor.days_added", mentor, str(added), on_behalf, by, now)
    return added


@transaction.atomic
def remove(row: OtherDay, *, on_behalf: str = "", by: User, now: datetime) -> None:
    """The weekly hours hold on those days again. Whoever was first has removed it already, which is as good."""
    mentor, told = row.mentor, str(row)
    if by.pk != mentor.user_id:
        must_say_why(on_behalf)
    deleted, _by_model = OtherDay.objects.filter(pk=row.pk).delete()
    if deleted:
        _record("mentor.days_removed", mentor, told, on_behalf, by, now)


def _record(action: str, mentor: Mentor, days: str, on_behalf: str, by: User, now: datetime) -> None:
    why = reason_kept(on_behalf)
    history.record(action, mentor, by=by, programme=mentor.programme, now=now, days=days, **why)
    if on_behalf:
        notices.changed(mentor, "hours", by=by, on_behalf=on_behalf, now=now)
