"""What accepting an invitation as a mentor leads to: saying who one is."""

from datetime import datetime

from django.urls import reverse

from accelerator.models import Invitation, User
from accelerator.people import invitations


@invitations.accepted
def introduce_yourself(invitation: Invitation, user: User, now: datetime) -> str:
    if invitation.kind != Invitation.Kind.MENTOR or invitation.programme is None:
        return ""
    return reverse("mentoring:edit_mentor", args=[invitation.programme.slug])
