"""What people hear about invitations, beside the link itself, and about a factor that was reset."""

from datetime import datetime

from django.urls import reverse

from accelerator.messages import outbox
from accelerator.messages.outbox import absolute
from accelerator.records.people import Invitation, User
from accelerator.records.programmes import Programme


def taken_up(invitation: Invitation, newcomer: User, *, now: datetime) -> None:
    """Whoever sent an invitation hears who used it, and so does the address to which it went."""
    context, programme = {"invitation": invitation, "newcomer": newcomer}, invitation.programme
    if invitation.invited_by and invitation.invited_by != newcomer:
        outbox.enqueue(
            "accelerator.invitation_used",
            key=f"invitation-used:{invitation.pk}",
            to=invitation.invited_by,
            context=context,
            programme=programme,
            about=invitation,
            now=now,
        )
    outbox.enqueue(
        "accelerator.invitation_used_by_you",
        key=f"invitation-used-by-you:{invitation.pk}",
        to=newcomer if newcomer.email == invitation.email else invitation.email,
        context=context,
        programme=programme,
        about=invitation,
        now=now,
    )


def asks_to_be_let_in(invitation: Invitation, owner: User, path: str, *, now: datetime) -> None:
    outbox.enqueue(
        "accelerator.asks_to_be_let_in",
        key=f"asks-to-be-let-in:{invitation.pk}:{invitation.asked_by_id}",
        to=owner,
        context={"invitation": invitation, "asks": invitation.asked_by, "link": absolute(path)},
        about=invitation,
        useless_after=invitation.expires_at,
        now=now,
    )


def let_in(invitation: Invitation, newcomer: User, *, now: datetime) -> None:
    outbox.enqueue(
        "accelerator.let_in",
        key=f"let-in:{invitation.pk}",
        to=newcomer,
        context={"invitation": invitation},
        about=invitation,
        now=now,
    )


def factor_reset(person: User, programme: Programme, by: User, *, key: str, now: datetime) -> None:
    outbox.enqueue(
        "accelerator.factor_reset",
        key=f"factor-reset:{key}",
        to=person,
        context={"by": by, "sign_in_url": absolute(reverse("account_login"))},
        programme=programme,
        now=now,
    )
