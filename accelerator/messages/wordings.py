"""Which mails a programme can word itself, and what the places in its words stand for.

A room says so in its `wordings.py`, which is discovered at start:

    wordings.declare(
        "applications.deadline_nears",
        {"startup": "application.startup.name", "when": "when", "link": "link"},
        needs=["link"],
    )

A place is a name and an expression over what the shipped template sees. Whoever writes the words uses the name alone:
they get a plain value, never an attribute. What a mail `needs` must stand in its words. `shipped` gives our own text in
the same form, to begin from and to compare with: the template is rendered with a stand-in for each value.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.template import engines
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.records.programmes import Programme

Places = Mapping[str, str | tuple[str, ...]]

EXPLAINED: dict[str, Promise] = {
    "answer_by": _("until when the place is kept"),
    "before": _("what held before"),
    "brief": _("goals, what is open and what was noted last"),
    "by": _("who did it"),
    "call": _("the name of the call"),
    "cancel": _("the address to cancel it at"),
    "changes": _("the answers that are not in, one a line"),
    "comments": _("what reviewers wrote for the team, one paragraph each"),
    "contact": _("the address of the programme"),
    "count": _("how many there are"),
    "day": _("the day"),
    "deadline": _("the deadline, with its zone"),
    "decision": _("the day of the decision"),
    "distance": _("how far it is, such as: in 3 hours"),
    "due": _("the day by which it is due"),
    "email": _("the address that it goes to"),
    "end": _("the last day of the programme"),
    "event": _("what the event is called"),
    "hash": _("the SHA-256 of the version"),
    "link": _("the address to go on at"),
    "mentor": _("the name of the mentor"),
    "minutes": _("how many minutes it takes"),
    "missing": _("the answers that are missing, one a line"),
    "name": _("the first name of the receiver"),
    "next_call": _("what the call says of the next one"),
    "number": _("the number of the version"),
    "place": _("where it is"),
    "previously": _("when it was to be before"),
    "programme": _("the name of the programme"),
    "reason": _("the reason that was given"),
    "receipt": _("the number of the receipt"),
    "seats": _("how many places there are"),
    "start": _("the first day of the programme"),
    "startup": _("the name of the startup"),
    "topic": _("what the session is about"),
    "utc": _("the same moment in UTC"),
    "when": _("when it is"),
    "where": _("where they meet"),
    "who": _("who it is from"),
}

TO_A_PERSON: dict[str, tuple[str, ...]] = {"name": ("person.get_short_name", "person")}
IN_ALL: dict[str, tuple[str, ...]] = {
    "programme": ("programme.name", "programme"),
    "contact": ("programme.contact",),
}
JOINTS = {"bullets": "\n- ", "paragraphs": "\n\n"}  # for `missing|join:bullets`
NUMBERS = {"count", "minutes", "seats"}
MOMENTS = ("|day", "|moment_text", "|deadline_text")


@dataclass(frozen=True)
class Wordable:
    """A kind of mail, the expressions behind each place (the first is its value), and the places that must stand in it."""

    kind: str
    expressions: Mapping[str, tuple[str, ...]]
    needs: Sequence[str]

    @property
    def explained(self) -> dict[str, Promise]:
        return {name: EXPLAINED[name] for name in self.expressions}

    def values(self, context: Mapping[str, Any]) -> dict[str, str]:
        """What each place stands for in one mail."""
        return {name: _rendered(found[0], context) for name, found in self.expressions.items()}

    def shipped(self, language: str, programme: Programme) -> tuple[str, str]:
        """Our own subject and text in a language, with places instead of values."""
        context = {"programme": _Stand(programme.zone), "base_url": "", "person": _Stand(programme.zone)}
        for number, (name, expressions) in enumerate(self.expressions.items()):
            for expression in expressions:
                if "|add:" not in expression:
                    _put(context, expression, _stand_in(name, expression, number), programme)
        app, name = self.kind.split(".")
        with translation.override(language):
            told: list[str] = [
                render_to_string(f"{app}/notices/{name}{ending}", context)
                for ending in (".subject.txt", ".txt")
            ]
            for name, expressions in self.expressions.items():
                for expression in expressions:
                    stood = _rendered(expression, context)
                    told = [one.replace(stood, f"{{{name}}}") if stood else one for one in told]
        return " ".join(told[0].split()), self._in_paragraphs(told[1])

    def _in_paragraphs(self, text: str) -> str:
        """With one empty line between paragraphs; what introduces a list is one with it, so that both go together."""
        text = re.sub(r"\n{3,}", "\n\n", text.strip())
        for name, expressions in self.expressions.items():
            if "|join:" in expressions[0]:
                text = text.replace(f":\n\n{{{name}}}", f":\n{{{name}}}").replace(
                    f":\n\n- {{{name}}}", f":\n- {{{name}}}"
                )
        return text


declared: dict[str, Wordable] = {}


def declare(kind: str, places: Places, *, needs: Sequence[str] = (), has_person: bool = True) -> None:
    """Let programmes word this kind of mail. `has_person` is False where it is written to a team at once."""
    own = {name: (one,) if isinstance(one, str) else one for name, one in places.items()}
    declared[kind] = Wordable(kind, {**(TO_A_PERSON if has_person else {}), **IN_ALL, **own}, needs)


@lru_cache(maxsize=1000)
def _compiled(expression: str):
    return engines["django"].from_string(f"{{% autoescape off %}}{{{{ {expression} }}}}{{% endautoescape %}}")


def _rendered(expression: str, context: Mapping[str, Any]) -> str:
    return _compiled(expression).render({**context, **JOINTS}).strip()


# --- Stand-ins: what our own templates are rendered with, to be found again in what comes out ------------
class _Stand:
    """Stands for an object of a template; what it is called itself may stand for a value too."""

    def __init__(self, zone):
        self.zone, self.said = zone, ""

    def __str__(self) -> str:
        return self.said


def _stand_in(name: str, expression: str, number: int) -> Any:
    if any(shape in expression for shape in MOMENTS):
        day = date(2901, 1, 1) + timedelta(days=37 * number)
        return day if expression.endswith("|day") else datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    if "|join:" in expression:
        return [f"{{{name}}}"]
    return 910_000_001 + number if name in NUMBERS else f"{{{name}}}"


def _put(context: dict[str, Any], expression: str, value: Any, programme: Programme) -> None:
    """Set `a.b.c` of a context, making the objects on the way."""
    *way, last = expression.partition("|")[0].split(".")
    if not way:
        if isinstance(context.get(last), _Stand):
            context[last].said = value
        else:
            context[last] = value
        return
    first = context.setdefault(way[0], _Stand(programme.zone))
    if not isinstance(first, _Stand):
        first = context[way[0]] = _said(first, programme)
    for step in way[1:]:
        if not isinstance(getattr(first, step, None), _Stand):
            setattr(first, step, _said(getattr(first, step, ""), programme))
        first = getattr(first, step)
    setattr(first, last, value)


def _said(value: Any, programme: Programme) -> _Stand:
    stand = _Stand(programme.zone)
    stand.said = str(value)
    return stand
