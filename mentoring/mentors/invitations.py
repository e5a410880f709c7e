"""What accepting an invitation as a mentor leads to: saying who one is."""

from datetime import datetime

from accelerator.models import Invitation, User
from accelerator.people import invitations
from accelerator.people.destinations import Destination


@invitations.accepted
def introduce_yourself(invitation: Invitation, user: User, now: datetime) -> Destination | None:
    if invitation.kind != Invitation.Kind.MENTOR or invitation.programme is None:
        return None
    return Destination("mentoring:edit_mentor", (invitation.programme.slug,))
