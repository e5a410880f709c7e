"""What an accepted invitation brings about here: a mentor goes on to say who they are, a co-founder is expected."""

from datetime import datetime

from accelerator.models import Invitation, User
from accelerator.people import invitations
from accelerator.people.destinations import Destination
from mentoring import booking


@invitations.accepted
def introduce_yourself(invitation: Invitation, user: User, now: datetime) -> Destination | None:
    if invitation.kind != Invitation.Kind.MENTOR:
        return None
    return Destination("mentoring:edit_mentor", (invitation.programme.slug,))


@invitations.accepted
def expect_at_sessions(invitation: Invitation, user: User, now: datetime) -> None:
    if invitation.kind == Invitation.Kind.CO_FOUNDER:
        booking.invite_newcomer(invitation.startup, user, now=now)
