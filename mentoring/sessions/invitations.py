"""What accepting an invitation to a team leads to: the sessions that are booked stand in one more calendar."""

from datetime import datetime

from accelerator.models import Invitation, User
from accelerator.people import invitations
from mentoring.sessions import booking


@invitations.accepted
def expect_at_sessions(invitation: Invitation, user: User, now: datetime) -> None:
    if invitation.kind == Invitation.Kind.CO_FOUNDER and invitation.startup:
        booking.invite_newcomer(invitation.startup, user, now=now)
