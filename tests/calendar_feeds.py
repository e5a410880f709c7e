"""A calendar that is read, by two parsers: icalendar, and one that knows the grammar of RFC 5545 and no more."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from icalendar import Calendar

LINE = re.compile(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', re.DOTALL)
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "STATUS", "SUMMARY", "SEQUENCE", "DESCRIPTION", "URL"}


class Happens(NamedTuple):
    """One event, as both parsers read it."""

    uid: str
    sequence: int
    status: str
    summary: str
    starts_at: datetime
    ends_at: datetime
    place: str


def read(content: bytes) -> list[Happens]:
    told = _by_lines(content)
    assert told == _by_icalendar(content)
    assert len({one.uid for one in told}) == len(told), "a UID twice"
    return told


def _by_lines(content: bytes) -> list[Happens]:
    assert content.endswith(b"\r\n")
    raw = content.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in raw), "a line of more than 75 octets"
    assert not any(b"\n" in line or b"\r" in line for line in raw), "a line that does not end in CRLF"
    lines = re.sub(r"\r\n[ \t]", "", content.decode()).split("\r\n")[:-1]
    parsed = [LINE.fullmatch(line) for line in lines]
    assert all(parsed), [line for line, match in zip(lines, parsed, strict=True) if not match]
    names = [(match[1], match[3]) for match in parsed]
    assert names[0] == ("BEGIN", "VCALENDAR")
    assert names[-1] == ("END", "VCALENDAR")
    head = dict(names[1 : next(i for i, (name, _v) in enumerate(names) if i and name in {"BEGIN", "END"})])
    assert head["VERSION"] == "2.0"
    assert "PRODID" in head
    assert "METHOD" not in head, "it invites nobody"
    found, here = [], None
    for name, value in names[1:-1]:
        if (name, value) == ("BEGIN", "VEVENT"):
            here = {}
        elif (name, value) == ("END", "VEVENT"):
            assert set(here) >= ONCE, ONCE - set(here)
            found.append(_happens(here))
            here = None
        elif here is not None:
            assert name not in here, f"{name} twice"
            here[name] = value
    return found


def _happens(said: dict[str, str]) -> Happens:
    at = [
        datetime.strptime(said[name], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for name in ("DTSTART", "DTEND")
    ]
    assert at[0] < at[1]
    return Happens(
        said["UID"],
        int(said["SEQUENCE"]),
        said["STATUS"],
        _plain(said["SUMMARY"]),
        *at,
        _plain(said.get("LOCATION", "")),
    )


def _plain(value: str) -> str:
    return re.sub(r"\\(.)", lambda sign: "\n" if sign[1] in "nN" else sign[1], value)


def _by_icalendar(content: bytes) -> list[Happens]:
    return [
        Happens(
            str(event["UID"]),
            int(str(event["SEQUENCE"])),
            str(event["STATUS"]),
            str(event["SUMMARY"]),
            event.decoded("DTSTART"),
            event.decoded("DTEND"),
            str(event.get("LOCATION", "")),
        )
        for event in Calendar.from_ical(content).walk("VEVENT")
    ]
