"""What messages are about. The core knows no application or session: each room says what its objects are to a reader.

A room does so in its `message_subjects.py`, which is discovered at start:

    @subjects.kept_from
    def messages_about_own_application(user): return Q(…)   # messages that this reader must not see

    @subjects.concerns
    def manages_call(request, about): …   # whether an object is the reader's business; None when it is not yours to say

    @subjects.links
    def application(request, message): …  # the page about its object that this reader can open, as a SubjectLink, or None

    @subjects.announcements
    def letters_waiting(request): yield SubjectLink(…)   # what will become messages and is none yet
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, Q
from django.http import HttpRequest

from accelerator.messages.models import OutboxMessage
from accelerator.records.programmes import Programme
from accelerator.registry import Registry

kept_from = Registry()
concerns = Registry()
links = Registry()
announcements = Registry()


@dataclass(frozen=True)
class SubjectLink:
    """Words that lead to a page of a room."""

    words: str
    url: str


def readable(request: HttpRequest):
    """Messages of the reader's programmes, except those that a room keeps from this reader."""
    return readable_by(request.user)


def readable_by(user: Any):
    """The same for somebody who is not asking now."""
    hidden = Q()
    for keep in kept_from:
        hidden |= keep(user)
    found = OutboxMessage.objects.readable_by(user)
    return found.exclude(hidden) if hidden else found


def object_of(message: OutboxMessage) -> Model | None:
    """What a message is about; None when that is gone, or it is about nothing."""
    return object_named(f"{message.object_type}:{message.object_id}") if message.object_type else None


def link(request: HttpRequest, message: OutboxMessage) -> SubjectLink | None:
    """The page about the message's object, where the reader has one."""
    return next(filter(None, (find(request, message) for find in links)), None)


def object_named(name: str) -> Model | None:
    """`applications.call:5` → that call; None when it is gone."""
    label, _colon, key = name.partition(":")
    try:
        return apps.get_model(label)._default_manager.filter(pk=key).first()
    except (LookupError, ValueError):  # written by another version
        return None


def concern(request: HttpRequest, about: Model) -> bool:
    """Whether this object is the reader's business: as its room says, else by its programme."""
    for ask in concerns:
        verdict = ask(request, about)
        if verdict is not None:
            return verdict
    programme = getattr(about, "programme", None)
    return programme is not None and Programme.objects.managed_by(request.user).contains(programme)
