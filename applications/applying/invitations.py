"""Where a founder goes on who has accepted an invitation to a team."""

from datetime import datetime

from accelerator.models import Invitation, User
from accelerator.people import invitations
from accelerator.people.destinations import Destination


@invitations.accepted
def go_on_writing(invitation: Invitation, user: User, now: datetime) -> Destination | None:
    if invitation.startup is None:
        return None
    latest = invitation.startup.applications.order_by("started_at").last()
    return Destination("applying:application", (latest.public_id,)) if latest else None
