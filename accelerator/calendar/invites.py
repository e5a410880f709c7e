"""Invitations that update and cancel themselves: what each calendar holds, and what it is told next.

One thing has one UID for life. Each change that its guests are told of has a SEQUENCE higher than any that one of its
calendars has seen, and the calendar replaces what it had:

    nothing ──invite──> invited ──withdraw──> cancelled ──invite──> invited
                        invited ──invite──> invited, at another time or place

A cancellation goes where an invitation may be, names the time that the invitation named, and goes nowhere else. A
person who has another address by now is invited there, and the calendar at the old one is told to let go.

Whoever calls holds the row lock of the thing and hands over what it says behind that lock: two changes of one thing
then write one after the other, and the later one knows of the earlier. The rows of `CalendarEntry` are made when a
thing is first touched: what was sent before there were any, or by an older version that runs beside this one, is
learned from the outbox, which also says what has never arrived.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.db import models
from django.db.models import Max, Q

from accelerator.calendar import answers, ical
from accelerator.calendar.ical import CANCEL, REQUEST, Happening
from accelerator.calendar.models import CalendarEntry
from accelerator.messages import outbox
from accelerator.messages.models import OutboxMessage
from accelerator.records.people import User
from accelerator.records.programmes import Programme

_Status = OutboxMessage.Status


@dataclass(frozen=True)
class CalendarMail:
    """The words around the calendar's text: kinds of messages, and what their templates see.

    Beside `context` they see `has_calendar`, False where there is nothing to take out of a calendar. `elsewhere` is the kind that goes to an address which is no longer the person's.
    """

    kind: str
    elsewhere: str
    programme: Programme
    context: dict


# --- What calendars hold ----------------------------------------------------------------------------------
def next_sequence(about: models.Model, *, after: int) -> int:
    """The number of a change: higher than `after`, and than any that a calendar was told of this thing."""
    highest = _entries_about([about]).aggregate(highest=Max("sequence"))["highest"]
    return max(after, highest or 0) + 1


def held_by(abouts: Sequence[models.Model], person: User) -> set[int]:
    """Those of several things of one kind, by pk, that some calendar of this person holds or is about to hold."""
    known = _known(abouts, [person])
    _keep(known)
    return {entry.object_id for entry in known if entry.is_held}


def is_called_off(message: OutboxMessage) -> bool:
    """Whether this invitation was called off when it could not arrive any more.

    Nobody cancelled it in the recipient's calendar then: one that is sent again by hand would stay there for good.
    """
    if message.object_id is None:
        return False
    told = CalendarEntry.objects.filter(
        object_type=message.object_type, object_id=message.object_id, recipient=message.recipient_id
    )
    return message.calendar_method == REQUEST and set(told.values_list("state", flat=True)) == {
        CalendarEntry.State.NOTHING
    }


# --- What they are told -----------------------------------------------------------------------------------
def invite(
    about: models.Model, happening: Happening, people: Iterable[User], mail: CalendarMail, *, now: datetime
) -> None:
    """Into the calendars of these people, as it stands now; whoever has it there already gets the change."""
    people = _each_once(people)
    round_of = _Round(about, happening, people, mail, now)
    for person in people:
        round_of.request(person)
        for entry in round_of.elsewhere(person):
            round_of.cancel(person, entry, kind=mail.elsewhere, is_elsewhere=True)
    round_of.write()


def withdraw(
    about: models.Model, happening: Happening, people: Iterable[User], mail: CalendarMail, *, now: datetime
) -> None:
    """Out of their calendars. Whoever cannot have been invited gets the words alone."""
    people = _each_once(people)
    round_of = _Round(about, happening, people, mail, now)
    for person in people:
        elsewhere = round_of.elsewhere(person)
        here = round_of.entry_of(person)
        if here.is_held or elsewhere:
            # also where only another address was invited: both may lead to one calendar
            round_of.cancel(person, here, kind=mail.kind, as_in=None if here.is_held else elsewhere[-1])
        else:
            round_of.words_alone(person)
        for entry in elsewhere:
            round_of.cancel(person, entry, kind=mail.elsewhere, is_elsewhere=True)
    round_of.write()


class _Round:
    """All that one change says to the calendars of some people, written at once."""

    def __init__(self, about, happening: Happening, people: list[User], mail: CalendarMail, now: datetime):
        self.about, self.happening, self.mail, self.now = about, happening, mail, now
        self.known = _known([about], people)
        self.told: list[tuple[OutboxMessage, CalendarEntry | None]] = []
        said = answers.standing(about) if hasattr(about, "starts_at") else {}
        self.said = {person: answer.partstat for person, answer in said.items()}

    def entry_of(self, person: User) -> CalendarEntry:
        """At the address that is theirs today."""
        address = person.email.lower()
        for entry in self.known:
            if (entry.recipient_id, entry.address) == (person.pk, address):
                return entry
        self.known.append(_new(self.about._meta.label_lower, self.about.pk, person.pk, address))
        return self.known[-1]

    def elsewhere(self, person: User) -> list[CalendarEntry]:
        """At addresses that were theirs, and whose calendars still hold it."""
        theirs = [entry for entry in self.known if entry.recipient_id == person.pk and entry.is_held]
        return [entry for entry in theirs if entry.address != person.email.lower()]

    def request(self, person: User) -> None:
        entry = self.entry_of(person)
        stated = replace(self.happening, uid=entry.uid or self.happening.uid)
        entry.raise_to(stated.sequence)
        entry.hold(uid=stated.uid, starts_at=stated.starts_at, ends_at=stated.ends_at, place=stated.place)
        self._tell(self.mail.kind, person, entry, stated, REQUEST)

    def cancel(
        self,
        person: User,
        entry: CalendarEntry,
        *,
        kind: str,
        as_in: CalendarEntry | None = None,
        is_elsewhere: bool = False,
    ) -> None:
        """What the invitation in `as_in` said (by default in `entry` itself), taken back."""
        invitation = as_in or entry
        assert invitation.starts_at is not None  # the database keeps no invitation without
        assert invitation.ends_at is not None
        stated = replace(
            self.happening,
            uid=invitation.uid,
            starts_at=invitation.starts_at,
            ends_at=invitation.ends_at,
            place=invitation.place,
        )
        entry.raise_to(stated.sequence)
        entry.uid, entry.state = stated.uid, CalendarEntry.State.CANCELLED
        self._tell(kind, person, entry, stated, CANCEL, address=entry.address if is_elsewhere else "")

    def words_alone(self, person: User) -> None:
        self.told.append((self._message(self.mail.kind, person), None))

    def write(self) -> None:
        outbox.write([message for message, _entry in self.told])
        keys = [message.dedupe_key for message, _entry in self.told]
        pks = dict(OutboxMessage.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", "pk"))
        for message, entry in self.told:
            if entry is not None:
                entry.message_id = pks[message.dedupe_key]
        _keep(self.known)

    def _tell(
        self, kind: str, person: User, entry: CalendarEntry, stated: Happening, method: str, address: str = ""
    ) -> None:
        to = address or person.email
        said = self.said.get(person.pk, ical.NEEDS_ACTION) if method == REQUEST else ical.NEEDS_ACTION
        calendar = ical.text(stated, method=method, name=str(person), address=to, answer=said, now=self.now)
        message = self._message(kind, person, address=address, calendar=calendar, calendar_method=method)
        self.told.append((message, entry))

    def _message(
        self,
        kind: str,
        person: User,
        *,
        address: str = "",
        calendar: str = "",
        calendar_method: str = "",
    ) -> OutboxMessage:
        return outbox.made(
            kind,
            key=_key(kind, self.about, self.happening.sequence, person, address),
            to=person,
            address=address,
            context={**self.mail.context, "has_calendar": bool(calendar)},
            programme=self.mail.programme,
            about=self.about,
            useless_after=self.happening.ends_at,
            now=self.now,
            calendar=calendar,
            calendar_method=calendar_method,
        )


def _key(kind: str, about: models.Model, sequence: int, person: User, address: str) -> str:
    name = kind.partition(".")[2].replace("_", "-")
    key = f"{name}:{about.pk}:s{sequence}:u{person.pk}"
    # an address may be longer than a key
    return f"{key}:{sha256(address.encode()).hexdigest()[:16]}" if address else key


def _each_once(people: Iterable[User]) -> list[User]:
    return list({person.pk: person for person in people}.values())


# --- The rows, and what the outbox says of them ------------------------------------------------------------
def _entries_about(abouts: Sequence[models.Model]):
    kinds = {about._meta.label_lower for about in abouts}
    return CalendarEntry.objects.filter(object_type__in=kinds, object_id__in=[about.pk for about in abouts])


def _new(object_type: str, object_id: int, recipient_id: int, address: str) -> CalendarEntry:
    return CalendarEntry(
        object_type=object_type, object_id=object_id, recipient_id=recipient_id, address=address
    )


def _known(abouts: Sequence[models.Model], people: Sequence[User]) -> list[CalendarEntry]:
    """What the calendars of these people hold of these things: locked, and learned from the outbox where it is ahead.

    In order of their last mail.
    """
    rows = _entries_about(abouts).filter(recipient__in=people).select_for_update(no_key=True).order_by("pk")
    entries = {(row.object_id, row.recipient_id, row.address): row for row in rows}
    last = _last_mails(abouts, people)
    for key, mail in last.items():
        if key not in entries:
            entries[key] = _new(mail.object_type, *key)
    for key, entry in entries.items():
        _learn(entry, last.get(key))
    return sorted(entries.values(), key=lambda entry: entry.message_id or 0)


def _last_mails(
    abouts: Sequence[models.Model], people: Sequence[User]
) -> dict[tuple[int, int, str], OutboxMessage]:
    """The last mail that reached each calendar, may have reached it, or still can."""
    lost = Q(status__in=[_Status.SKIPPED, _Status.CANCELLED, _Status.DEAD], may_have_arrived_twice=False)
    mails = (
        OutboxMessage.objects.filter(
            recipient__in=people,
            object_type__in={about._meta.label_lower for about in abouts},
            object_id__in=[about.pk for about in abouts],
        )
        .exclude(lost)
        .exclude(calendar_method="")
        .select_related("recipient")
        .defer("text", "html", "mime")
        .order_by("pk")
    )
    return {
        (mail.object_id, mail.recipient.pk, _destination(mail, mail.recipient)): mail
        for mail in mails
        if mail.object_id is not None and mail.recipient is not None
    }


def _destination(mail: OutboxMessage, recipient: User) -> str:
    """Where it went; of one that has not been begun, where its recipient reads mail today."""
    is_to_come = mail.status in (_Status.HELD, _Status.WAITING) and not mail.may_have_arrived_twice
    goes_along = is_to_come and not mail.address_is_fixed
    return (recipient.email if goes_along else mail.to_email).lower()


def _learn(entry: CalendarEntry, mail: OutboxMessage | None) -> None:
    """Bring a row to what the last mail left in the calendar, if another one than it knew of."""
    if mail is None:
        if entry.message_id:  # a row without a mail is believed: old messages may have been cleared away
            entry.empty()
        return
    if entry.message_id == mail.pk:
        return
    stated = ical.stated(mail.calendar)
    entry.sequence = max(stated.sequence, entry.sequence or 0)
    entry.hold(uid=stated.uid, starts_at=stated.starts_at, ends_at=stated.ends_at, place=stated.place)
    if mail.calendar_method == CANCEL:
        entry.state = CalendarEntry.State.CANCELLED
    entry.message = mail


def _keep(entries: Sequence[CalendarEntry]) -> None:
    CalendarEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["object_type", "object_id", "recipient", "address"],
        update_fields=["state", "uid", "sequence", "starts_at", "ends_at", "place", "message"],
    )
