"""For which call a newcomer reviews who has accepted an invitation to review."""

from datetime import datetime

from accelerator.models import Invitation, User
from accelerator.people import invitations
from accelerator.people.destinations import Destination
from applications.calls.models import Call
from applications.reviewing import awaiting
from applications.reviewing.models import Reviewer


@invitations.accepted
def list_as_reviewer(invitation: Invitation, user: User, now: datetime) -> Destination | None:
    """List them for the call that awaits them, else for the latest whose decisions are not published."""
    if invitation.kind != Invitation.Kind.REVIEWER:
        return None
    if awaiting.arrive(invitation, user, now=now):
        return Destination("reviewing:review_queue")
    undecided = Call.objects.filter(programme=invitation.programme, release__isnull=True)
    if call := undecided.order_by("-window__opens_at").first():
        Reviewer.objects.get_or_create(call=call, user=user, defaults={"partner": invitation.partner})
    return Destination("reviewing:review_queue")
