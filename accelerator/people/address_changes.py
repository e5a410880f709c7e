"""An address that is exchanged for another, and taken back: the old one is told, with a link that works for seven days
and without signing in, for whoever took over an account changes its address first."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.messages import outbox
from accelerator.messages.models import OutboxMessage
from accelerator.people import signed_in
from accelerator.people.models import AddressChange
from accelerator.records.people import User
from accelerator.transitions import NotAllowed

LIFE = timedelta(days=7)
JUST_BEFORE = timedelta(hours=1)  # whoever takes over an account may add a factor first
_SALT = "slipway.address-change"


@transaction.atomic
def note(user: User, *, from_email: str, to_email: str, real_now: datetime) -> str:
    """Keep that an address was exchanged. Returns the secret part of the link that takes it back."""
    change = AddressChange.objects.create(
        user=user, from_email=from_email, to_email=to_email, changed_at=real_now
    )
    history.record("account.address_changed", user, by=user, changes={"email": [from_email, to_email]})
    return signing.dumps(change.pk, salt=_SALT)


def find(token: str) -> AddressChange | None:
    """The change that a link is about, whatever has become of it."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    return AddressChange.objects.select_related("user").filter(pk=pk).first()


def why_it_stays(change: AddressChange) -> str:
    """Why this change cannot be taken back, as a sentence; "" while it can."""
    if change.undone_at:
        return _("This has been taken back already.")
    if User.objects.filter(email=change.from_email).exclude(pk=change.user_id).exists():
        return _("There is another account with that address by now. Please write to the programme.")
    return ""


@transaction.atomic
def take_back(change: AddressChange, *, real_now: datetime) -> None:
    """The old address stands again; what could let somebody else in is gone: sessions, password, factors set since.

    Whatever was exchanged later is void too, so that a link to an address in between takes nothing.
    """
    user = User.objects.select_for_update().get(pk=change.user_id)
    change = AddressChange.objects.get(pk=change.pk)
    if refusal := why_it_stays(change):
        raise NotAllowed(refusal)
    before = user.email
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.filter(email=change.from_email, verified=False).delete()
    EmailAddress.objects.create(user=user, email=change.from_email, verified=True, primary=True)
    user.email = change.from_email
    user.set_unusable_password()
    user.save(update_fields=["email", "password"])
    Authenticator.objects.filter(user=user, created_at__gte=change.changed_at - JUST_BEFORE).delete()
    left = Authenticator.objects.filter(user=user)
    if not left.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
        left.delete()
    void = AddressChange.objects.filter(user=user, changed_at__gte=change.changed_at, undone_at__isnull=True)
    others = [*void.values_list("to_email", flat=True), before]
    void.update(undone_at=real_now)
    signed_in.end_all(user)
    secrets = OutboxMessage.objects.filter(is_secret=True, to_email__in=others)
    outbox.cancel(secrets.exclude(to_email=user.email), reason=_("The address was taken back."))
    history.record("account.address_taken_back", user, by=None, changes={"email": [before, user.email]})
