"""One act on many applications: each by its own verb, so that each is allowed or refused by itself, and each is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from accelerator.transitions import NotAllowed
from applications.applying.models import Application

AT_MOST = 500  # in one press, so that its page comes within seconds


@dataclass
class Fates:
    """What became of each: done, or why not."""

    done: list[Application] = field(default_factory=list)
    refused: dict[str, list[Application]] = field(default_factory=dict)  # by the sentence that says why


def each(applications: Iterable[Application], act: Callable[[Application], object]) -> Fates:
    """Do it to one after the other. What is refused leaves nothing behind and stops nothing."""
    fates = Fates()
    for application in applications:
        try:
            with transaction.atomic():
                act(application)
        except NotAllowed as refusal:
            fates.refused.setdefault(str(refusal), []).append(application)
        else:
            fates.done.append(application)
    return fates
