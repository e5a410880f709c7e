"""What an accepted invitation brings about here: where a co-founder goes on writing, what a reviewer will read."""

from datetime import datetime

from accelerator.models import Invitation, User
from accelerator.people import invitations
from accelerator.people.destinations import Destination
from applications.calls.models import Call
from applications.reviewing.models import Reviewer


@invitations.accepted
def go_on_writing(invitation: Invitation, user: User, now: datetime) -> Destination | None:
    if invitation.startup is None:
        return None
    latest = invitation.startup.applications.order_by("started_at").last()
    return Destination("applying:application", (latest.public_id,)) if latest else None


@invitations.accepted
def list_as_reviewer(invitation: Invitation, user: User, now: datetime) -> Destination | None:
    """A reviewer is one of the call that is being decided on: the latest whose decisions are not published."""
    if invitation.kind != Invitation.Kind.REVIEWER:
        return None
    undecided = Call.objects.filter(programme=invitation.programme, release__isnull=True)
    if call := undecided.order_by("-window__opens_at").first():
        Reviewer.objects.get_or_create(call=call, user=user, defaults={"partner": invitation.partner})
    return Destination("reviewing:review_queue")
