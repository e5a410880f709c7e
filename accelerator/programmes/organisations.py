"""The organisations that carry a programme: added, changed, put in their order, and taken out."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accelerator import as_seen, history
from accelerator.programmes.making import free_key
from accelerator.records.people import User
from accelerator.records.programmes import Partner, Programme
from accelerator.transitions import NotAllowed, SomebodyWasFirst

MOST = 40  # of one programme


@transaction.atomic
def add(programme: Programme, wanted: Mapping[str, Any], *, by: User, now: datetime) -> Partner:
    """Behind all others. Raises NotAllowed where there are too many."""
    others = _locked(programme)
    if len(others) >= MOST:
        raise NotAllowed(_("At most %(most)s organisations.") % {"most": MOST})
    partner = Partner.objects.create(
        programme=programme,
        slug=free_key(wanted["name"], {one.slug for one in others}),
        position=max((one.position for one in others), default=-1) + 1,
        **wanted,
    )
    history.record("partner.added", partner, by=by, programme=programme, now=now)
    return partner


@transaction.atomic
def change(partner: Partner, wanted: Mapping[str, Any], *, seen: str, by: User, now: datetime) -> bool:
    """Whether anything changed. Raises SomebodyWasFirst for another state than the page showed."""
    as_seen.must_be(partner, seen, by=by)
    stored = Partner.objects.select_related("programme").get(pk=partner.pk)
    changes = {
        name: (getattr(stored, name), value)
        for name, value in wanted.items()
        if getattr(stored, name) != value
    }
    if not changes:
        return False
    for name, (_before, value) in changes.items():
        setattr(stored, name, value)
    stored.save()
    history.record("partner.changed", stored, by=by, programme=stored.programme, now=now, changes=changes)
    return True


@transaction.atomic
def move(partner: Partner, *, up: bool, seen: str, by: User, now: datetime) -> None:
    """Before the one above it, or after the one below. Raises SomebodyWasFirst for another order than the page showed."""
    listed = _locked(partner.programme)
    if shown_as(listed) != seen:
        raise SomebodyWasFirst(_("The order has been changed meanwhile. Here it is as it stands now."))
    place = next(index for index, one in enumerate(listed) if one.pk == partner.pk)
    beside = place + (-1 if up else 1)
    if not 0 <= beside < len(listed):
        raise NotAllowed(_("There is no place further that way."))
    listed[place], listed[beside] = listed[beside], listed[place]
    for position, one in enumerate(listed):
        Partner.objects.filter(pk=one.pk).update(position=position)
    changes = {"position": (place + 1, beside + 1)}
    history.record("partner.changed", partner, by=by, programme=partner.programme, now=now, changes=changes)


@transaction.atomic
def remove(partner: Partner, *, by: User, now: datetime) -> None:
    """Raises NotAllowed where people, perks or events belong to it."""
    programme, pk, name = partner.programme, partner.pk, partner.name
    try:
        with transaction.atomic():
            partner.delete()
    except models.ProtectedError as error:
        users = sorted({str(user._meta.verbose_name_plural) for user in error.protected_objects})
        raise NotAllowed(
            _("%(what)s belong to %(organisation)s, so it stays.")
            % {"what": ", ".join(users).capitalize(), "organisation": name}
        ) from error
    partner.pk = pk
    history.record("partner.deleted", partner, by=by, programme=programme, now=now, name=name)


def shown_as(listed: Iterable[Partner]) -> str:
    """Which organisations a page shows, and in which order, to be given back with what is done on it."""
    return "-".join(str(one.pk) for one in listed)


def _locked(programme: Programme) -> list[Partner]:
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    return list(programme.partners.order_by("position", "pk"))
