"""What an accepted invitation brings about here: a mentor goes on to say who they are, a co-founder is expected."""

from django.urls import reverse

from accelerator.models import Invitation, User
from accelerator.people import invitations
from mentoring import booking


@invitations.accepted
def introduce_yourself(invitation: Invitation, user: User, now) -> str:
    if invitation.kind != Invitation.Kind.MENTOR:
        return ""
    return reverse("mentoring:edit_mentor", args=[invitation.programme.slug])


@invitations.accepted
def expect_at_sessions(invitation: Invitation, user: User, now) -> str:
    if invitation.kind == Invitation.Kind.CO_FOUNDER:
        booking.invite_newcomer(invitation.startup, user, now=now)
    return ""
