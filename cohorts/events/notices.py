"""The mails about an event: to founders and mentors, each with what their calendar is to do."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accelerator.calendar import answers, ical, invites
from accelerator.calendar.models import CalendarEntry
from accelerator.messages import kinds, one_links, outbox
from accelerator.models import OutboxMessage, Role, TeamMember, User
from cohorts.events.models import INVITED_AHEAD

kinds.name_kinds(
    "cohorts",
    event_changed=_("An event of the programme is changed"),
    event_cancelled=_("An event of the programme is cancelled"),
    event_elsewhere=_("An event leaves the calendar of another address"),
    event_invited=_("An invitation to an event of the programme"),
    event_left=_("An event leaves somebody’s calendar"),
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


def role_of(event, person: User) -> str:
    """What somebody who is invited is there; a startup by its name."""
    for member in _team(event):
        if member.user_id == person.pk:
            return member.startup.name
    return gettext("mentor")


def _team(event) -> list[TeamMember]:
    """Asked once for an event that is held in hand."""
    if not hasattr(event, "_team_of_members"):
        team = TeamMember.objects.filter(
            left_at=None, startup__cohort_memberships__cohort__call=event.call_id
        )
        event._team_of_members = list(team.select_related("user", "startup").order_by("pk"))
    return event._team_of_members


def _each_once(found) -> list[User]:
    return list({person.pk: person for person in found}.values())


# --- What their calendars hold ----------------------------------------------------------------------------
def lacking(event) -> list[User]:
    """Whoever is expected and was never invited, or was told to let it go since."""
    known = _entries(event).exclude(state=CalendarEntry.State.CANCELLED).values_list("recipient", flat=True)
    return [person for person in people(event) if person.pk not in set(known)]


def was_told_to_let_go(event, found: list[User]) -> bool:
    return _entries(event).filter(recipient__in=found, state=CalendarEntry.State.CANCELLED).exists()


def no_longer_expected(event) -> list[User]:
    """Those in whose calendars it stands although they left."""
    expected = [person.pk for person in people(event)]
    held = _entries(event).filter(state=CalendarEntry.State.INVITED).exclude(recipient__in=expected)
    return list(User.objects.filter(pk__in=held.values("recipient")).order_by("pk"))


def _entries(event):
    return CalendarEntry.objects.filter(object_type=event._meta.label_lower, object_id=event.pk)


# --- What they are told -----------------------------------------------------------------------------------
def invited(event, to: list[User], *, by: User | None, now: datetime) -> None:
    _tell(invites.invite, "event_invited", event, to, now=now, by=by)


def changed(event, *, before: dict, by: User | None, reason: str, now: datetime) -> None:
    """`before` holds `starts_at` and `place` as everybody knew them."""
    told = {"by": by or event.programme, "reason": reason, "before": before}
    _tell(invites.invite, "event_changed", event, people(event), now=now, **told)


def cancelled(event, *, by: User | None, now: datetime) -> None:
    told = {"by": by or event.programme, "reason": event.cancel_reason}
    _tell(invites.withdraw, "event_cancelled", event, people(event), now=now, **told)


def left(event, gone: list[User], *, now: datetime) -> None:
    """To whoever is no longer of the programme and cannot see the event's page."""
    _tell(invites.withdraw, "event_left", event, gone, now=now)


@kinds.still_wanted("cohorts.event_changed", "cohorts.event_invited")
def not_called_off(message: OutboxMessage) -> str:
    return str(_("The event no longer takes place.")) if invites.is_called_off(message) else ""


ANSWERED_FOR = INVITED_AHEAD + timedelta(days=7)


def answer_address(event) -> str:
    """Where one says whether one comes, signed in. In the mail itself a link of its own stands in for it."""
    return outbox.absolute(reverse("calendars:answer", args=["event", event.public_id]))


@one_links.stands_in(
    "cohorts.event_invited",
    "cohorts.event_changed",
    "cohorts.event_tomorrow",
    route="calendars:answer_by_link",
    lives=ANSWERED_FOR,
)
def to_answer(message: OutboxMessage) -> str:
    found = answers.find(message.object_type, message.object_id)
    return answer_address(found[1]) if found else ""


def _tell(change: Callable, name: str, event, to: list[User], *, now: datetime, **told) -> None:
    url = outbox.absolute(event.get_absolute_url())
    mail = invites.CalendarMail(
        kind=f"cohorts.{name}",
        elsewhere="cohorts.event_elsewhere",
        programme=event.programme,
        context={"event": event, "url": url, "answer_url": answer_address(event), **told},
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
        is_expected=event.binds,
    )
    change(event, happening, to, mail, now=now)
