"""The mails about a changed or cancelled event: to founders and mentors, each with what their calendar is to do."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accelerator.calendar import ical, invites
from accelerator.messages import kinds, outbox
from accelerator.models import OutboxMessage, Role, TeamMember, User

kinds.name_kinds(
    "cohorts",
    event_changed=_("An event of the programme is changed"),
    event_cancelled=_("An event of the programme is cancelled"),
    event_elsewhere=_("An event leaves the calendar of another address"),
)


def founders(event) -> list[User]:
    """The members' teams."""
    team = TeamMember.objects.filter(left_at=None, startup__cohort_memberships__cohort__call=event.call_id)
    return _each_once(member.user for member in team.select_related("user").order_by("pk"))


def mentors(event) -> list[User]:
    roles = Role.objects.live().filter(kind=Role.Kind.MENTOR, programme=event.call.programme_id)
    return _each_once(role.user for role in roles.select_related("user").order_by("pk"))


def people(event) -> list[User]:
    """Everybody whom an event concerns."""
    return _each_once([*founders(event), *mentors(event)])


def _each_once(found) -> list[User]:
    return list({person.pk: person for person in found}.values())


def changed(event, *, before: dict, by: User, reason: str, now: datetime) -> None:
    """`before` holds `starts_at` and `place` as everybody knew them."""
    _tell(invites.invite, "event_changed", event, now=now, by=by, reason=reason, before=before)


def cancelled(event, *, by: User, now: datetime) -> None:
    _tell(invites.withdraw, "event_cancelled", event, now=now, by=by, reason=event.cancel_reason)


@kinds.still_wanted("cohorts.event_changed")
def not_called_off(message: OutboxMessage) -> str:
    return str(_("The event no longer takes place.")) if invites.is_called_off(message) else ""


def _tell(change: Callable, name: str, event, *, now: datetime, **told) -> None:
    url = outbox.absolute(event.get_absolute_url())
    mail = invites.CalendarMail(
        kind=f"cohorts.{name}",
        elsewhere="cohorts.event_elsewhere",
        programme=event.programme,
        context={"event": event, "url": url, **told},
    )
    happening = ical.Happening(
        uid=ical.uid(f"event-{event.public_id}"),
        sequence=event.calendar_sequence,
        title=str(event.title),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        url=url,
        organizer=event.programme.name,
        organizer_address=event.programme.contact,
        place=event.place,
        description=str(event.about),
    )
    change(event, happening, people(event), mail, now=now)
