"""Who writes an application together: founders ask their co-founders in."""

from django.utils.translation import gettext as _

from accelerator import invitations
from accelerator.models import Invitation, Startup, User
from accelerator.transitions import NotAllowed

MOST_OPEN = 10  # so that nobody mails the world through us


def open_invitations(startup: Startup, now):
    return Invitation.objects.open(now).filter(startup=startup).order_by("invited_at")


def invite_co_founder(startup: Startup, *, email: str, by: User, now) -> None:
    if open_invitations(startup, now).exclude(email=email.lower()).count() >= MOST_OPEN:
        raise NotAllowed(
            _("There are %(n)d open invitations already. Please wait until some are taken up.")
            % {"n": MOST_OPEN}
        )
    invitations.invite(Invitation.Kind.CO_FOUNDER, email=email, by=by, startup=startup, now=now)
