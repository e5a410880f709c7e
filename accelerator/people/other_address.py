"""An invitation that is opened under another address than the one it went to.

Of the staff of a programme the address is part of the invitation: whoever takes it up shows that the mailbox is theirs,
by a code sent there. In a team the owner knows the people, and decides.
"""

import re
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accelerator import clock, history
from accelerator.messages import outbox
from accelerator.messages.models import OutboxMessage
from accelerator.people import invitations, notices
from accelerator.people.destinations import Destination
from accelerator.records.fields import ALPHABET
from accelerator.records.people import Invitation, User
from accelerator.records.startups import TeamMember
from accelerator.transitions import NotAllowed

CODE_LIFE = timedelta(minutes=15)  # of the machine's clock
CODE_LENGTH = 8
MOST_TRIES = 5
MOST_CODES = 5


# --- A code to the address ------------------------------------------------------------------------------
@transaction.atomic
def send_code(invitation: Invitation, *, to_prove: User, now: datetime) -> None:
    """To the invited address, for this account alone. A newer code replaces the earlier one."""
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not locked.is_open(now):
        raise NotAllowed(invitations.why_closed(locked))
    if locked.codes_sent >= MOST_CODES:
        raise NotAllowed(
            _(
                "%(n)d codes have gone to %(email)s. Sign in with that address instead, or ask for a new invitation."
            )
            % {"n": MOST_CODES, "email": locked.email}
        )
    code = "".join(secrets.choice(ALPHABET) for _sign in range(CODE_LENGTH))
    Invitation.objects.filter(pk=locked.pk).update(
        code_hash=_hash(locked, code),
        code_for=to_prove,
        code_sent_at=clock.real_now(),
        code_tries=0,
        codes_sent=F("codes_sent") + 1,
    )
    programme = locked.programme
    context = {
        "invitation": locked,
        "programme": programme,
        "account": to_prove,
        "base_url": settings.BASE_URL,
    }
    with translation.override(programme.language if programme else settings.LANGUAGE_CODE):
        prefix = "accelerator/notices/invitation_code"
        outbox.enqueue_secret(
            "accelerator.invitation_code",
            to=locked.email,
            subject=" ".join(render_to_string(f"{prefix}.subject.txt", context).split()),
            text=render_to_string(f"{prefix}.txt", {**context, "code": f"{code[:4]} {code[4:]}"}).strip()
            + "\n",
            programme=programme,
            about=locked,
            useless_after=now + CODE_LIFE,
        )


def awaits_code(invitation: Invitation, user: User) -> bool:
    """Whether a code is on its way that this account may still type in."""
    return bool(
        invitation.code_hash
        and invitation.code_for_id == user.pk
        and invitation.code_tries < MOST_TRIES
        and invitation.code_sent_at
        and clock.real_now() < invitation.code_sent_at + CODE_LIFE
    )


def is_proven(invitation: Invitation, typed: str, *, by: User) -> bool:
    """Whether this is the code. Each try counts, whatever becomes of the request; a code works once."""
    with transaction.atomic():
        locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if not awaits_code(locked, by):
            return False
        is_it = secrets.compare_digest(_hash(locked, re.sub(r"[\W_]", "", typed).lower()), locked.code_hash)
        changes = {"code_hash": ""} if is_it else {"code_tries": F("code_tries") + 1}
        Invitation.objects.filter(pk=locked.pk).update(**changes)
    return is_it


def _hash(invitation: Invitation, code: str) -> str:
    return sha256(f"{invitation.pk}:{code}".encode()).hexdigest()


# --- The owner of a team decides --------------------------------------------------------------------------
@transaction.atomic
def ask_owner(invitation: Invitation, *, by: User, now: datetime) -> None:
    """Somebody holds the link and has another address: they wait until the owner of the team says that it is them."""
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not locked.is_open(now) or locked.startup is None:
        raise NotAllowed(invitations.why_closed(locked))
    if locked.asked_by_id == by.pk:
        return
    if locked.asked_by_id:
        raise NotAllowed(_("Somebody else has opened this invitation already. Ask for one of your own."))
    owner = locked.startup.owner
    if owner is None:
        raise NotAllowed(_("Nobody owns this team any more."))
    Invitation.objects.filter(pk=locked.pk).update(asked_by=by, asked_at=now)
    locked.asked_by, locked.asked_at = by, now
    history.record("invitation.asked_owner", locked, by=by, now=now)
    notices.asks_to_be_let_in(locked, owner, reverse("people:let_in", args=[locked.public_id]), now=now)


def waiting_for(owner: User, now: datetime):
    """The invitations about which this person decides."""
    owned = TeamMember.objects.filter(user=owner, is_owner=True, left_at__isnull=True)
    asked = Invitation.objects.open(now).filter(asked_by__isnull=False, startup__in=owned.values("startup"))
    return asked.select_related("startup", "asked_by", "invited_by")


@transaction.atomic
def let_in(invitation: Invitation, *, by: User, now: datetime) -> Destination | None:
    """The owner knows them: they are in the team from now on."""
    asks = _asked(invitation, by, now)
    goes_on = invitations.accept(invitation, by=asks, is_proven=True, now=now)
    history.record("invitation.let_in", invitation, by=by, now=now)
    _forget_the_question(invitation)
    notices.let_in(invitation, asks, now=now)
    return goes_on


@transaction.atomic
def keep_out(invitation: Invitation, *, by: User, now: datetime) -> None:
    """The owner does not know them: the link has come into other hands and works no more."""
    _asked(invitation, by, now)
    invitations.withdraw(invitation, by=by, now=now)


def _asked(invitation: Invitation, owner: User, now: datetime) -> User:
    locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not waiting_for(owner, now).filter(pk=locked.pk).exists() or locked.asked_by is None:
        raise NotAllowed(_("This question has been answered already."))
    return locked.asked_by


def _forget_the_question(invitation: Invitation) -> None:
    mails = OutboxMessage.objects.filter(
        kind="accelerator.asks_to_be_let_in",
        object_type=invitation._meta.label_lower,
        object_id=invitation.pk,
    )
    outbox.cancel(mails, reason=_("The owner has answered already."))
