"""What a message to a group looks like for those for whom it looks most unlike: the shortest, the longest, and where
most is missing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.groups import notices
from accelerator.groups.audiences import Addressee, Group
from accelerator.groups.models import GroupMessage
from accelerator.messages import placeholders
from accelerator.records.people import User


@dataclass(frozen=True)
class Sample:
    """One receiver, why this one, and the mail as it will be."""

    one: Addressee
    why: Promise
    subject: str
    text: str


def chosen(message: GroupMessage, people: list[Addressee]) -> list[tuple[Promise, Addressee]]:
    """At most three of them, each once."""
    if not people:
        return []
    by_length = sorted(people, key=lambda one: (_length(message, one), one.person.pk))
    names = placeholders.used(message.subject, message.text)
    barest = max(people, key=lambda one: len(placeholders.missing(one.values, names)))
    found = [(_("The shortest"), by_length[0]), (_("The longest"), by_length[-1])]
    if placeholders.missing(barest.values, names):
        found.insert(0, (_("Where most is missing"), barest))
    elif len(people) > 2:
        found.append((_("One in between"), by_length[len(people) // 2]))
    once = {one.person.pk: (why, one) for why, one in reversed(found)}
    return list(reversed(once.values()))


def of(message: GroupMessage, group: Group, people: list[Addressee], sender: User) -> list[Sample]:
    return [
        Sample(one, why, *notices.in_words(message, group, one, sender))
        for why, one in chosen(message, people)
    ]


def bare(message: GroupMessage, people: Iterable[Addressee]) -> list[tuple[str, int]]:
    """For how many people a place has nothing to say and no words instead, by its name."""
    without = placeholders.without_words(message.subject, message.text)
    counts = dict.fromkeys(sorted(without), 0)
    for one in people:
        for name in placeholders.missing(one.values, counts):
            counts[name] += 1
    return [(name, count) for name, count in counts.items() if count]


def _length(message: GroupMessage, one: Addressee) -> int:
    return len(placeholders.filled(message.subject + message.text, one.values))
