"""A second factor that is lost is taken off by a manager, who knows the person: on record, told, and with every session
ended. Until a new one is set up its holder is neither manager nor reviewer."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.people import notices, signed_in
from accelerator.records.people import Role, User
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed


def why_it_stays(person: User, *, by: User) -> str:
    """Why this manager cannot reset it, as a sentence; "" when they can. Of whom is asked before: people they manage."""
    if person == by:
        return _(
            "Your own is changed under “Second factor” in your account. If it is lost, ask another manager."
        )
    if person.is_superuser:
        return _("%(person)s looks after this installation; their second factor is reset there.") % {
            "person": person
        }
    managed_here = Programme.objects.managed_by(by)
    elsewhere = Role.objects.live().filter(user=person, kind=Role.Kind.MANAGER)
    if other := elsewhere.exclude(programme__in=managed_here).select_related("programme").first():
        return _("%(person)s also manages %(programme)s; a manager there can reset it.") % {
            "person": person,
            "programme": other.programme,
        }
    if not Authenticator.objects.filter(user=person).exists():
        return _("%(person)s has no second factor.") % {"person": person}
    return ""


@transaction.atomic
def reset(person: User, *, by: User, programme: Programme, reason: str, now: datetime) -> None:
    """Passkeys, app and recovery codes go; the next sign-in is by a code, and sets up a new one."""
    locked = User.objects.select_for_update().get(pk=person.pk)
    if refusal := why_it_stays(locked, by=by):
        raise NotAllowed(refusal)
    gone = Authenticator.objects.filter(user=locked)
    kinds = sorted(set(gone.values_list("type", flat=True)))
    gone.delete()
    signed_in.end_all(locked)
    entry = history.record(
        "account.factor_reset", locked, by=by, programme=programme, now=now, reason=reason, kinds=kinds
    )
    notices.factor_reset(locked, programme, by, key=str(entry.pk), now=now)
