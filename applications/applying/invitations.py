"""Where a founder goes on who has accepted an invitation to a team."""

from datetime import datetime

from accelerator.models import Invitation, User
from accelerator.people import invitations


@invitations.accepted
def go_on_writing(invitation: Invitation, user: User, now: datetime) -> str:
    if invitation.startup is None:
        return ""
    latest = invitation.startup.applications.order_by("started_at").last()
    return latest.get_absolute_url() if latest else ""
