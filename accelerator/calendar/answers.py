"""What people say to an invitation: on its page, by the link of the mail, or from their calendar. One verb for all three.

The core knows no session and no event; a room says in its `calendar_entries.py` what can be answered:

    answers.can_answer(Answerable("event", Event, title=str, people=notices.people, answered=planning.answered))

An answer is about one time. What is moved since has not been answered, and its next invitation asks again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.calendar.models import CalendarAnswer
from accelerator.records.people import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst

Answer, Way = CalendarAnswer.Answer, CalendarAnswer.Way


@dataclass(frozen=True)
class Answerable:
    """A kind of thing that people are invited to. It has `starts_at`, `ends_at`, `programme`, `is_changeable(now)`, and a
    queryset with `visible_to(user)`.

    `load` gives one by its pk with all that is said of it; `answered(about, answer, now)` keeps it in the history, and
    tells whom it concerns.
    """

    key: str
    model: type[models.Model]
    load: Callable[[Any], models.QuerySet]
    title: Callable[[Any], str]
    people: Callable[[Any], list[User]]
    role: Callable[[Any, User], str]
    answered: Callable[[Any, CalendarAnswer, datetime], None]

    @property
    def object_type(self) -> str:
        return self.model._meta.label_lower


declared: dict[str, Answerable] = {}


def can_answer(kind: Answerable) -> None:
    declared[kind.key] = kind


def kind_of(object_type: str) -> Answerable | None:
    return next((kind for kind in declared.values() if kind.object_type == object_type), None)


def find(object_type: str, pk: int | None) -> tuple[Answerable, Any] | None:
    kind = kind_of(object_type)
    about = kind.load(kind.model._default_manager.filter(pk=pk or 0)).first() if kind else None
    return (kind, about) if kind and about else None


@dataclass(frozen=True)
class Guest:
    """Somebody who is invited, as what, and what they say to the time at which it is now."""

    person: User
    role: str
    said: CalendarAnswer | None

    def __str__(self) -> str:
        return f"{self.person} ({self.role})" if self.role else str(self.person)


def standing(about: Any) -> dict[int, CalendarAnswer]:
    """By person, what counts: the answers to the time at which it is now."""
    found = CalendarAnswer.objects.filter(
        object_type=about._meta.label_lower, object_id=about.pk, starts_at=about.starts_at
    )
    return {answer.user_id: answer for answer in found}


def guests(kind: Answerable, about: Any) -> list[Guest]:
    said = standing(about)
    return [Guest(person, kind.role(about, person), said.get(person.pk)) for person in kind.people(about)]


def in_groups(about: Any) -> list[tuple[str, list[Guest]]]:
    """Who comes, may come, cannot come, and has not said; only groups that somebody is in."""
    kind = kind_of(about._meta.label_lower)
    found = guests(kind, about) if kind else []
    groups = [(str(answer.label), [one for one in found if _says(one, answer)]) for answer in Answer]
    groups.append((_("has not answered"), [one for one in found if one.said is None]))
    return [(capfirst(label), those) for label, those in groups if those]


def _says(guest: Guest, answer: str) -> bool:
    return guest.said is not None and guest.said.answer == answer


def number_given(object_type: str) -> int:
    """How many answers there are to things of one kind."""
    return CalendarAnswer.objects.filter(object_type=object_type).count()


@transaction.atomic
def give(
    kind: Answerable,
    about: Any,
    answer: str,
    *,
    note: str = "",
    seen: datetime,
    by: User,
    way: str,
    stated_at: datetime | None = None,
    now: datetime,
) -> CalendarAnswer:
    """Say whether one comes; the last answer counts. `seen` is the beginning that the page or the calendar showed."""
    rows = kind.model._default_manager.filter(pk=about.pk)
    list(rows.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    current = kind.load(rows).get()
    if not current.is_changeable(now):
        raise NotAllowed(_("It has begun or does not take place, so there is nothing to answer any more."))
    if current.starts_at != seen:
        raise SomebodyWasFirst(
            _("It was moved meanwhile: %(when)s. Look at the new time, and answer again.")
            % {"when": wording.moment(current.starts_at, by.zone)}
        )
    if by.pk not in {person.pk for person in kind.people(current)}:
        raise NotAllowed(_("You are not invited any more."))
    known = CalendarAnswer.objects.filter(object_type=kind.object_type, object_id=current.pk, user=by).first()
    if known and (known.answer, known.note, known.starts_at) == (answer, note, seen):
        return known
    said, _made = CalendarAnswer.objects.update_or_create(
        object_type=kind.object_type,
        object_id=current.pk,
        user=by,
        defaults={
            "answer": answer,
            "note": note,
            "starts_at": seen,
            "way": way,
            "answered_at": now,
            "stated_at": stated_at,
        },
    )
    kind.answered(current, said, now)
    return said
