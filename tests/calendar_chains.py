"""What calendars are told, read by two parsers: icalendar, and one that knows the grammar of RFC 5545 and no more."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import NamedTuple

from icalendar import Calendar

from accelerator.models import OutboxMessage


class Told(NamedTuple):
    """One text, as both parsers read it."""

    method: str
    status: str
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    place: str
    attendee: str


ONCE = ["UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "STATUS", "SUMMARY", "ORGANIZER", "ATTENDEE", "URL"]
LINE = re.compile(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.DOTALL)


def chains(about, person=None) -> dict[tuple[int, str], list[Told]]:
    """By person and address: what went there about one thing or still will, in order."""
    lost = [OutboxMessage.Status.CANCELLED, OutboxMessage.Status.SKIPPED, OutboxMessage.Status.DEAD]
    mails = OutboxMessage.objects.filter(object_type=about._meta.label_lower, object_id=about.pk)
    if person:
        mails = mails.filter(recipient=person)
    found = defaultdict(list)
    for mail in mails.exclude(calendar="").exclude(status__in=lost).order_by("pk"):
        told = read(mail.calendar)
        assert (told.method, told.attendee) == (mail.calendar_method, mail.to_email), told
        found[mail.recipient_id, mail.to_email].append(told)
    return dict(found)


def check(chain: list[Told]) -> None:
    """One UID, a SEQUENCE that rises, and cancellations that take back what the invitation before them said."""
    assert len({told.uid for told in chain}) == 1, "two UIDs"
    for before, after in zip([None, *chain], chain, strict=False):
        if before:
            assert after.sequence > before.sequence, "SEQUENCE does not rise"
        if after.method == "CANCEL":
            assert before, "a cancellation without an invitation"
            assert before.method == "REQUEST", "cancelled twice"
            assert before[4:7] == after[4:7], "it names another time or place than the invitation"


def read(text: str) -> Told:
    told = _by_lines(text)
    assert told == _by_icalendar(text)
    assert (told.method, told.status) in {("REQUEST", "CONFIRMED"), ("CANCEL", "CANCELLED")}
    return told


def _by_icalendar(text: str) -> Told:
    calendar = Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    assert not event.errors
    return Told(
        str(calendar["METHOD"]),
        str(event["STATUS"]),
        str(event["UID"]),
        int(event["SEQUENCE"]),
        event.decoded("DTSTART"),
        event.decoded("DTEND"),
        str(event.get("LOCATION", "")),
        str(event["ATTENDEE"]).removeprefix("mailto:"),
    )


def _by_lines(text: str) -> Told:
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert not any("\n" in line or "\r" in line for line in lines)
    assert all(len(line.encode()) <= 75 for line in lines)
    unfolded = re.sub(r"\r\n[ \t]", "", "\r\n".join(lines)).split("\r\n")
    inside, found = [], defaultdict(list)
    for line in unfolded:
        match = LINE.fullmatch(line)
        assert match, f"not a content line: {line!r}"
        name, _parameters, value = match.groups()
        if name == "BEGIN":
            inside.append(value)
        elif name == "END":
            assert inside.pop() == value
        else:
            found["/".join([*inside, name])].append(value)
    assert not inside
    event = {name: found["VCALENDAR/VEVENT/" + name] for name in [*ONCE, "LOCATION"]}
    assert [name for name in ONCE if len(event[name]) != 1] == []
    assert [found["VCALENDAR/" + name] for name in ("VERSION",)] == [["2.0"]]
    return Told(
        found["VCALENDAR/METHOD"][0],
        event["STATUS"][0],
        _unescaped(event["UID"][0]),
        int(event["SEQUENCE"][0]),
        _moment(event["DTSTART"][0]),
        _moment(event["DTEND"][0]),
        _unescaped("".join(event["LOCATION"])),
        event["ATTENDEE"][0].removeprefix("mailto:"),
    )


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "N": "\n"}.get(match[1], match[1]), value)


def _moment(value: str) -> datetime:
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
