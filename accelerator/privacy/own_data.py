"""What the core itself keeps about a person: the account, how one signs in, roles, and mails."""

from collections.abc import Iterator
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import wording
from accelerator.messages.models import OutboxMessage
from accelerator.privacy import rooms
from accelerator.privacy.rooms import Kept
from accelerator.records.people import Role, User


@rooms.kept
def account(user: User, now: datetime) -> Iterator[Kept]:
    told = [user.email, user.name, user.title, user.time_zone]
    until = _("Until you close your account.")
    yield Kept(_("Your account"), ", ".join(filter(None, told)), until)
    factors = Authenticator.objects.filter(user=user).count()
    if factors:
        second = ngettext("%(n)d second factor", "%(n)d second factors", factors) % {"n": factors}
        yield Kept(_("How you sign in"), second, until)


@rooms.kept
def roles(user: User, now: datetime) -> Iterator[Kept]:
    for role in Role.objects.filter(user=user).select_related("programme").order_by("granted_at"):
        since = wording.day(role.granted_at, user.zone, weekday=False)
        yield Kept(
            _("Your role in %(programme)s") % {"programme": role.programme},
            _("%(role)s, since %(day)s") % {"role": role.get_kind_display(), "day": since},
            _("As long as what you did in it. If you close your account, your name goes and the role stays."),
        )


@rooms.kept
def messages(user: User, now: datetime) -> Iterator[Kept]:
    count = OutboxMessage.objects.filter(recipient=user, is_secret=False).count()
    if count:
        yield Kept(
            _("Mails to you"),
            ngettext("%(n)d mail that we sent you", "%(n)d mails that we sent you", count) % {"n": count},
            _("As long as what they are about; codes for signing in are emptied as soon as they are sent."),
        )
