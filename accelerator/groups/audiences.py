"""Whom a manager can write to: groups of people, each declared by the room that knows them.

A room does so in an `audiences.py`, which is discovered at start:

    audiences.declare(
        "applications.drafts",
        _("Teams whose application is not submitted"),
        because=_("your team has a draft that is not submitted"),
        places=lambda user: Call.objects.managed_by(user),
        people=teams_with_a_draft,
        placeholders={"startup": _("the name of the startup")},
    )

A group is an audience at one place: the drafts *of this call*. `places(user)` are the objects at which this person may
write to it, `people(by, place, only)` those whom this person may write to there, or only one of them. Both are asked
again when a mail leaves, so that nobody is written to who is no longer meant, by nobody who may no longer write.
`read_by(user)` are the keys of the places at which this person is in the group: what is announced there, they read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.records.people import User
from accelerator.records.programmes import Programme


@dataclass(frozen=True)
class Addressee:
    """Somebody of a group, what a mail to them is about, and what the places in its text stand for."""

    person: User
    about: Model
    values: Mapping[str, str]


People = Callable[[User, Any, User | None], Iterable[Addressee]]
ReadBy = Callable[[User], QuerySet]


@dataclass(frozen=True)
class Audience:
    """One kind of group. `because` ends the sentence "You get this because …" at the foot of the mail."""

    name: str
    words: Promise
    because: Promise
    places: Callable[[User], QuerySet]
    people: People
    placeholders: Mapping[str, Promise] = field(default_factory=dict)
    is_listed: bool = True  # one person's or one team's group is reached from their own page
    read_by: ReadBy | None = None  # where it is given, something can be announced to the group


# What every text may hold.
SHARED: dict[str, Promise] = {"name": _("the receiver’s name"), "programme": _("the name of the programme")}

declared: dict[str, Audience] = {}


def declare(
    name: str,
    words: Promise,
    *,
    because: Promise,
    places: Callable[[User], QuerySet],
    people: People,
    placeholders: Mapping[str, Promise] | None = None,
    is_listed: bool = True,
    read_by: ReadBy | None = None,
) -> None:
    declared[name] = Audience(name, words, because, places, people, placeholders or {}, is_listed, read_by)


def with_readers() -> Iterator[tuple[str, ReadBy]]:
    """The names of those to which something can be announced, with who reads it."""
    for audience in declared.values():
        if audience.read_by is not None:
            yield audience.name, audience.read_by


def may_write_to(user: User) -> Q:
    """Rows that name an `audience` and a `place_id` which this person may write to."""
    theirs = Q(pk__in=[])
    for audience in declared.values():
        theirs |= Q(audience=audience.name, place_id__in=audience.places(user).values("pk"))
    return theirs


@dataclass(frozen=True)
class Group:
    """An audience at one place."""

    audience: Audience
    place: Any

    def __str__(self) -> str:
        return str(self.audience.words) % {"place": self.place}

    @property
    def programme(self) -> Programme:
        place = self.place
        if isinstance(place, Programme):
            return place
        return place.programme if hasattr(place, "programme") else place.call.programme

    @property
    def placeholders(self) -> dict[str, Promise]:
        return {**SHARED, **self.audience.placeholders}

    def people(self, by: User, only: User | None = None) -> list[Addressee]:
        """Everybody to whom `by` may write here, each once; their values in the programme's language."""
        with translation.override(self.programme.language):
            return list(self._each_once(self.audience.people(by, self.place, only)))

    def _each_once(self, people: Iterable[Addressee]) -> Iterator[Addressee]:
        seen: set[int] = set()
        for one in people:
            if one.person.is_active and one.person.pk not in seen:
                seen.add(one.person.pk)
                shared = {"name": one.person.name, "programme": self.programme.name}
                yield Addressee(one.person, one.about, {**shared, **one.values})


def group(by: User, name: str, place_id: int) -> Group | None:
    """That group, where this person may write to it."""
    audience = declared.get(name)
    place = audience.places(by).filter(pk=place_id).first() if audience else None
    return Group(audience, place) if audience and place is not None else None


def groups(by: User, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Group]:
    """Many groups by their names and places, one query for each kind of them."""
    ids: dict[str, set[int]] = {}
    for name, place_id in wanted:
        ids.setdefault(name, set()).add(place_id)
    return {
        (name, place.pk): Group(declared[name], place)
        for name, of in ids.items()
        if name in declared
        for place in declared[name].places(by).filter(pk__in=of)
    }


def all_for(by: User) -> list[tuple[str, list[Group]]]:
    """Every group that this person may choose from, by what they are of: a call, a programme."""
    found: dict[str, list[Group]] = {}
    for audience in declared.values():
        if audience.is_listed:
            for place in audience.places(by).order_by("-pk"):
                found.setdefault(str(place), []).append(Group(audience, place))
    return list(found.items())
