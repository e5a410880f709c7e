"""Asking people in: a link by mail gives its receiver a role in a programme or a place in a startup's team.

The link is a secret: only its hash is kept, and its mail is treated like a sign-in code. What else an acceptance
brings about, higher applications add in their own `invitations.py`:

    @invitations.accepted
    def list_as_reviewer(invitation, user, now): …   # may return a Destination, where the newcomer goes on
"""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history
from accelerator.messages import outbox
from accelerator.messages.models import OutboxMessage
from accelerator.people import budget, notices, roles
from accelerator.people.destinations import Destination
from accelerator.records.addresses import canonical
from accelerator.records.people import Invitation, Role, User
from accelerator.records.programmes import Partner, Programme
from accelerator.records.startups import Startup, TeamMember
from accelerator.registry import Registry
from accelerator.transitions import NotAllowed

LIFE = timedelta(days=14)
MOST_OPEN = 10  # of one startup: a team is asked in, not a mailing list
accepted = Registry()


@transaction.atomic
def invite(
    kind: str,
    *,
    email: str,
    by: User | None,
    programme: Programme | None = None,
    startup: Startup | None = None,
    partner: Partner | None = None,
    now: datetime,
) -> str:
    """Send an invitation and return its link, which nobody can be told again.

    An open invitation to the same address for the same thing is replaced.
    """
    email = canonical(email)
    budget.check(email, by=by, startup=startup)
    _refuse_who_is_in(kind, email, programme, startup, now)
    for earlier in Invitation.objects.open(now).filter(
        kind=kind, email=email, programme=programme, startup=startup
    ):
        withdraw(earlier, by=by, now=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        kind=kind,
        email=email,
        token_hash=_hash(token),
        programme=programme,
        startup=startup,
        partner=partner,
        invited_by=by,
        invited_at=now,
        expires_at=now + LIFE,
    )
    link = outbox.absolute(reverse("people:invitation", args=[token]))
    _send(invitation, link)
    history.record("invitation.sent", invitation, by=by, programme=programme, now=now, kind=kind)
    return link


@transaction.atomic
def accept(invitation: Invitation, *, by: User, is_proven: bool = False, now: datetime) -> Destination | None:
    """Take up an invitation. Returns where the newcomer goes on: the first destination that a room names.

    It is for whoever has its address; `is_proven` says that somebody with another one has shown that it is meant for
    them (`other_address`).
    """
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not locked.is_open(now):
        raise NotAllowed(why_closed(locked))
    if not is_proven and not is_theirs(locked, by):
        raise NotAllowed(
            _("This invitation is for %(email)s. Sign in with that address to accept it.")
            % {"email": locked.email}
        )
    Invitation.objects.filter(pk=locked.pk).update(accepted_at=now, accepted_by=by)
    history.record(
        "invitation.accepted", locked, by=by, programme=locked.programme, now=now, kind=locked.kind
    )
    if locked.programme:
        roles.grant(by, locked.programme, locked.kind, partner=locked.partner, by=locked.invited_by, now=now)
    else:
        TeamMember.objects.get_or_create(
            startup=locked.startup, user=by, left_at=None, defaults={"joined_at": now}
        )
    notices.taken_up(locked, by, now=now)
    destinations = [hook(locked, by, now) for hook in accepted]
    return next(filter(None, destinations), None)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User | None, now: datetime) -> None:
    """Make the link useless."""
    if not Invitation.objects.open(now).filter(pk=invitation.pk).update(withdrawn_at=now):
        raise NotAllowed(_("This invitation is no longer open."))
    mails = OutboxMessage.objects.filter(object_type=invitation._meta.label_lower, object_id=invitation.pk)
    outbox.cancel(mails, reason=_("The invitation was withdrawn."))
    history.record("invitation.withdrawn", invitation, by=by, programme=invitation.programme, now=now)


@transaction.atomic
def send_again(invitation: Invitation, *, by: User | None, now: datetime) -> str:
    """A fresh link to the same address for the same thing; the earlier one no longer works."""
    if not invitation.is_open(now):
        raise NotAllowed(why_closed(invitation))
    return invite(
        invitation.kind,
        email=invitation.email,
        by=by,
        programme=invitation.programme,
        startup=invitation.startup,
        partner=invitation.partner,
        now=now,
    )


@accepted
def open_the_dashboard(invitation: Invitation, user: User, now: datetime) -> Destination | None:
    return Destination("admin:index") if invitation.kind == Invitation.Kind.MANAGER else None


def is_theirs(invitation: Invitation, user: User) -> bool:
    """Whether this account has the address to which the invitation went."""
    return user.email == invitation.email


def withdraw_sent_by(
    user: User,
    *,
    programme: Programme | None = None,
    startup: Startup | None = None,
    by: User | None,
    now: datetime,
) -> None:
    """Whoever has gone asks nobody in any more, themselves included: not through an address or a friend of theirs."""
    there = Invitation.objects.open(now).filter(programme=programme, startup=startup)
    for invitation in there.filter(Q(invited_by=user) | Q(email=user.email) | Q(asked_by=user)):
        withdraw(invitation, by=by, now=now)


@roles.consequences
def invitations_that_fall(role: Role, now: datetime) -> Iterator[str]:
    sent = Invitation.objects.open(now).filter(programme=role.programme, invited_by=role.user)
    count = sent.count() if role.kind == Role.Kind.MANAGER else 0
    if count:
        yield (
            ngettext(
                "%(n)d invitation that they sent and nobody has taken up is withdrawn.",
                "%(n)d invitations that they sent and nobody has taken up are withdrawn.",
                count,
            )
            % {"n": count}
        )


@roles.ended
def withdraw_what_they_sent(role: Role, by: User | None, reason: str, now: datetime) -> None:
    if role.kind == Role.Kind.MANAGER:
        withdraw_sent_by(role.user, programme=role.programme, by=by, now=now)


def find(token: str) -> Invitation | None:
    """The invitation behind a link, open or not."""
    with_words = Invitation.objects.select_related(
        "programme", "startup", "partner", "invited_by", "accepted_by", "asked_by", "code_for"
    )
    return with_words.filter(token_hash=_hash(token)).first()


def why_closed(invitation: Invitation) -> str:
    if invitation.accepted_at:
        return _("This invitation has been used. A link works once; ask for a new one if you need it.")
    if invitation.withdrawn_at:
        return _("This invitation was withdrawn or replaced by a newer one. Look for a later mail.")
    return _("This invitation has run out. Ask whoever sent it for a new one.")


def _refuse_who_is_in(
    kind: str, email: str, programme: Programme | None, startup: Startup | None, now: datetime
) -> None:
    if programme and Role.objects.live().filter(user__email=email, programme=programme, kind=kind).exists():
        raise NotAllowed(_("%(email)s has that role already.") % {"email": email})
    if startup and startup.team.filter(user__email=email).exists():
        raise NotAllowed(_("%(email)s is in the team already.") % {"email": email})
    others = Invitation.objects.open(now).filter(startup=startup).exclude(email=email)
    if startup and others.count() >= MOST_OPEN:
        raise NotAllowed(
            _(
                "There are %(n)d open invitations already. Please wait until some are taken up, or withdraw one."
            )
            % {"n": MOST_OPEN}
        )


def _send(invitation: Invitation, link: str) -> None:
    programme = invitation.programme
    context = {"invitation": invitation, "programme": programme, "link": link, "base_url": settings.BASE_URL}
    with translation.override(programme.language if programme else settings.LANGUAGE_CODE):
        prefix = f"accelerator/notices/invite_{invitation.kind}"
        outbox.enqueue_secret(
            f"accelerator.invite_{invitation.kind}",
            to=invitation.email,
            subject=" ".join(render_to_string(f"{prefix}.subject.txt", context).split()),
            text=render_to_string(f"{prefix}.txt", context).strip() + "\n",
            programme=programme,
            about=invitation,
            useless_after=invitation.expires_at,
        )


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
