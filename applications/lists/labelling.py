"""Labels on applications, and who looks after one: the managers' own order, which founders and reviewers never see."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import User
from accelerator.transitions import NotAllowed
from accelerator.typed import text
from applications.applying.conflict_rows import impartial_managers
from applications.applying.models import Application
from applications.calls.models import Call
from applications.lists.models import ApplicationLabel, Charge, Label
from applications.reviewing.conflicts import must_have_none

LONGEST = Label._meta.get_field("name").max_length or 40


@transaction.atomic
def label(application: Application, name: str, *, by: User, now: datetime) -> None:
    """Set a label; one that the call does not have yet is made. What bears it already is left as it is."""
    must_have_none(by, application)
    wanted = _label_called(application.call, name, by, now)
    _set, is_new = ApplicationLabel.objects.get_or_create(
        application=application, label=wanted, defaults={"by": by, "at": now}
    )
    if is_new:
        _record("application.labelled", application, by, now, {"label": ["", wanted.name]})


@transaction.atomic
def take_label_off(application: Application, name: str, *, by: User, now: datetime) -> None:
    must_have_none(by, application)
    found = ApplicationLabel.objects.filter(application=application, label__name__iexact=_plain(name))
    if (one := found.select_related("label").first()) is None:
        raise NotAllowed(_("It does not bear this label."))
    one.delete()
    _record("application.label_taken_off", application, by, now, {"label": [one.label.name, ""]})


def _plain(name: str) -> str:
    return " ".join(text.text(name).split())


def _label_called(call: Call, name: str, by: User, now: datetime) -> Label:
    plain = _plain(name)
    if not plain or len(plain) > LONGEST:
        raise NotAllowed(_("A label has between 1 and %(most)d letters.") % {"most": LONGEST})
    if any(sign in plain for sign in '"“”„«»'):
        raise NotAllowed(_("A label has no quotation marks, so that it can be looked for."))
    known = Label.objects.filter(call=call, name__iexact=plain).first()
    if known is None:
        known = Label(call=call, name=plain, made_by=by, made_at=now)
        # two who make it at once make one
        Label.objects.bulk_create([known], ignore_conflicts=True)
        known = Label.objects.get(call=call, name__iexact=plain)
    return known


@transaction.atomic
def put_in_charge(application: Application, person: User | None, *, by: User, now: datetime) -> None:
    """Say which manager looks after it; None for nobody. Whoever has a conflict with it cannot."""
    must_have_none(by, application)
    if person is not None and not impartial_managers(application).filter(pk=person.pk).exists():
        raise NotAllowed(_("%(person)s cannot look after this one.") % {"person": person})
    charge = Charge.objects.select_for_update().filter(application=application).select_related("person")
    before = charge.first()
    if (before.person_id if before else None) == (person.pk if person else None):
        return
    if person is None:
        charge.delete()
    else:
        Charge.objects.update_or_create(
            application=application, defaults={"person": person, "by": by, "at": now}
        )
    names = [str(before.person) if before else "", str(person) if person else ""]
    _record("application.put_in_charge", application, by, now, {"in_charge": names})


def _record(action: str, application: Application, by: User, now: datetime, changes: dict) -> None:
    history.record(action, application, by=by, programme=application.call.programme, now=now, changes=changes)
