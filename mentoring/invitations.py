"""What an accepted invitation brings about here: a mentor goes on to say who they are, which lists them."""

from django.urls import reverse

from accelerator import invitations
from accelerator.models import Invitation, User


@invitations.accepted
def introduce_yourself(invitation: Invitation, user: User, now) -> str:
    if invitation.kind != Invitation.Kind.MENTOR:
        return ""
    return reverse("edit_mentor", args=[invitation.programme.slug])
