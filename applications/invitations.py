"""What an accepted invitation brings about here: a co-founder goes on to the application they were asked into."""

from accelerator import invitations
from accelerator.models import Invitation, User


@invitations.accepted
def go_on_writing(invitation: Invitation, user: User, now) -> str:
    if invitation.startup is None:
        return ""
    latest = invitation.startup.applications.order_by("started_at").last()
    return latest.get_absolute_url() if latest else ""
