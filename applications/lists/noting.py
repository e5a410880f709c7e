"""Notes of managers beside an application. An @name in one sends a mail to that manager: to nobody else, and not to one
with a conflict of interest, who may not even learn that there is a note."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import User
from accelerator.transitions import NotAllowed
from accelerator.typed import text
from accelerator.typed.folding import fold
from applications.applying.conflict_rows import impartial_managers
from applications.applying.models import Application
from applications.lists import notices
from applications.lists.models import ApplicationNote
from applications.reviewing.conflicts import must_have_none

LONGEST = 5000  # signs
_AT = re.compile(r"(?<![\w.@])@(?=\w)")  # no address of somebody


class Written(NamedTuple):
    note: ApplicationNote
    nobody: list[str]  # what was written after an @ and names no manager who may read this


@transaction.atomic
def write(application: Application, said: str, *, by: User, now: datetime) -> Written:
    """Keep a note, and tell those whom it names."""
    must_have_none(by, application)
    if application.emptied_at is not None:
        raise NotAllowed(_("This application is no longer kept, and nothing is written beside it."))
    plain = text.text(said).strip()
    if not plain or len(plain) > LONGEST:
        raise NotAllowed(_("A note has between 1 and %(most)d signs.") % {"most": LONGEST})
    named, nobody = named_in(plain, impartial_managers(application).exclude(pk=by.pk), own=by)
    note = ApplicationNote.objects.create(application=application, text=plain, by=by, at=now)
    note.named.set(named)
    history.record(
        "application.note_written",
        application,
        by=by,
        programme=application.call.programme,
        now=now,
        note=note.pk,
    )
    for person in named:
        notices.named(note, person, now=now)
    return Written(note, nobody)


@transaction.atomic
def take_back(note: ApplicationNote, *, by: User, now: datetime) -> None:
    """Whoever wrote it deletes it, for good; that there was one stays in the history."""
    must_have_none(by, note.application)
    if note.by_id != by.pk:
        raise NotAllowed(_("A note is taken back by whoever wrote it."))
    key = note.pk
    note.delete()
    history.record(
        "application.note_taken_back",
        note.application,
        by=by,
        programme=note.application.call.programme,
        now=now,
        note=key,
    )


def named_in(said: str, managers: Iterable[User], *, own: User) -> tuple[list[User], list[str]]:
    """Whom a text names by @ and their name, first name or the beginning of their address; and what names nobody.

    A first name that two share names neither, so that nobody reads what is meant for the other.
    """
    known = list(managers)
    found: list[User] = []
    nobody: list[str] = []
    for start in _AT.finditer(said):
        rest = fold(said[start.end() : start.end() + 130])
        longest = [one for one in known if _begins(rest, fold(one.name))]
        meant = longest or [one for one in known if any(_begins(rest, name) for name in _short_names(one))]
        if len(meant) == 1:
            if meant[0] not in found:
                found.append(meant[0])
        elif not any(_begins(rest, name) for name in (fold(own.name), *_short_names(own))):
            nobody.append(re.split(r"\s", said[start.end() :], maxsplit=1)[0].rstrip(".,;:!?)"))
    return found, nobody


def _short_names(person: User) -> list[str]:
    return [
        name for name in (fold(person.name).partition(" ")[0], fold(person.email).partition("@")[0]) if name
    ]


def _begins(rest: str, name: str) -> bool:
    """The text begins with this name, as a whole word."""
    return bool(name) and rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum()
