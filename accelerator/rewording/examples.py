"""How words read with short values, with long ones, and where whatever can be missing is: made up, of nobody."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.messages import placeholders
from accelerator.messages.wordings import Wordable
from accelerator.records.programmes import Programme

SHORT = {
    "name": "Li",
    "startup": "Ado",
    "call": "2027",
    "mentor": "Bo Ek",
    "by": "Li Wu",
    "count": "1",
    "seats": "5",
    "number": "1",
    "minutes": "30",
    "where": "https://meet.example/a",
    "place": "Paris",
    "missing": "Deck",
    "changes": "Team",
    "comments": "Good.",
    "reason": "Power cut.",
    "topic": "Sales",
    "event": "Kick-off",
    "distance": "in 1 hour",
}
LONG = {
    "name": "Maximiliane-Alexandrina",
    "startup": "Compagnie générale des archives notariales de la Méditerranée occidentale",
    "call": "Second edition, winter 2027 to summer 2028",
    "mentor": "Prof. Dr. Konstantina Papadopoulou-Hohenstein",
    "by": "Maximiliane-Alexandrina von Wallenstein-Brandenburg",
    "count": "28",
    "seats": "12",
    "number": "14",
    "minutes": "180",
    "where": "https://meet.example/the-room-on-the-second-floor-behind-the-library",
    "place": "Station F, 5 parvis Alan Turing, 75013 Paris, second floor, behind the library",
    "missing": "What do you build, and for whom?\n- Who is in your team, and since when?\n- Deck",
    "changes": "What do you build, and for whom?\n- Website\n- Deck",
    "comments": "You know your customers well, and it shows on every page.\n\nSay next time how you came to the figures.",
    "reason": "The network of the university was down from the morning until late at night, for everybody.",
    "topic": "How to price a product that nobody has bought yet, and whom to ask first",
    "event": "Two days on selling to companies that have never bought software from a startup",
    "distance": "in 3 hours",
}
ALIKE = {
    "answer_by": "Friday 8 January 2027, 23:59 Paris time",
    "before": "Monday 21 December 2026",
    "day": "Wednesday 23 December 2026",
    "deadline": "Tuesday 1 December 2026, 23:59 Paris time",
    "decision": "Monday 21 December 2026",
    "due": "Thursday 17 December 2026",
    "email": "li@papyrus.example",
    "end": "Wednesday 30 June 2027",
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "link": "https://slipway.example/applications/k7q2m9x4/",
    "next_call": "The next call opens in autumn.",
    "previously": "Monday 11 January 2027, 10:00 Paris time",
    "receipt": "K7Q2-M9X4-1",
    "start": "Monday 4 January 2027",
    "utc": "2026-12-01T21:14:07.123456Z",
    "when": "Tuesday 12 January 2027, 14:00 Paris time",
    "who": "Li Wu",
}


@dataclass(frozen=True)
class WordingExample:
    """One way in which the mail may read."""

    why: Promise
    subject: str
    text: str


def of(wordable: Wordable, subject: str, text: str, programme: Programme) -> Iterator[WordingExample]:
    always = {"programme": programme.name, "contact": programme.contact}
    bare = {name: ALIKE.get(name, "") or SHORT.get(name, "") for name in wordable.needs}
    for why, values in (
        (_("With short values"), {**ALIKE, **SHORT, **always}),
        (_("With long values"), {**ALIKE, **LONG, **always}),
        (_("With everything missing that can be"), {**bare, **always}),
    ):
        yield WordingExample(
            why, placeholders.filled(subject, values), placeholders.filled_in_paragraphs(text, values)
        )
