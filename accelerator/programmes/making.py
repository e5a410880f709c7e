"""A programme made in the dashboard: its name and place, its words, and the organisations that carry it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.people import roles
from accelerator.records.people import Role, User
from accelerator.records.programmes import Partner, Programme
from accelerator.transitions import NotAllowed, WrongValue


@dataclass(frozen=True)
class Organisation:
    """One that carries the programme, with the domains of its people's addresses."""

    name: str
    website: str = ""
    domains: tuple[str, ...] = ()


@transaction.atomic
def make(
    *,
    name: str,
    slug: str,
    place: str,
    time_zone: str,
    language: str,
    statement: str,
    summary: str,
    contact: str,
    organisations: Sequence[Organisation],
    by: User,
    now: datetime,
) -> Programme:
    """The programme, with its organisations in this order; whoever makes it manages it.

    Raises NotAllowed for whoever manages none yet, WrongValue for an address that is taken.
    """
    if not Role.objects.held_by(by, Role.Kind.MANAGER).exists():
        raise NotAllowed(_("Programmes are made by people who manage one."))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # a double click waits here
    if Programme.objects.filter(slug=slug).exists():
        raise WrongValue("slug", _("Another programme has this address. Choose another."))
    programme = Programme.objects.create(
        name=name,
        slug=slug,
        place=place,
        time_zone=time_zone,
        language=language,
        statement={language: statement},
        summary={language: summary},
        contact=contact,
    )
    history.record("programme.made", programme, by=by, programme=programme, now=now)
    taken: set[str] = set()
    for position, one in enumerate(organisations):
        key = free_key(one.name, taken)
        taken.add(key)
        Partner.objects.create(
            programme=programme,
            slug=key,
            name=one.name,
            website=one.website,
            domains=list(one.domains),
            is_lead=True,
            position=position,
        )
    roles.grant(by, programme, Role.Kind.MANAGER, by=by, now=now)
    return programme


def free_key(name: str, taken: set[str]) -> str:
    """A short name for an organisation that no other has."""
    wish = slugify(name)[:44] or "organisation"
    key, number = wish, 2
    while key in taken:
        key, number = f"{wish}-{number}", number + 1
    return key
