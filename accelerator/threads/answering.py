"""Answers that come in by form or by mail, and what managers do with them."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.messages import reply_links
from accelerator.messages.models import OutboxMessage
from accelerator.records.people import User
from accelerator.threads import incoming, notices
from accelerator.threads.models import Reply, ThreadNote
from accelerator.transitions import NotAllowed, SomebodyWasFirst

LINK_LIVES = timedelta(days=180)
TO_ONE_MAIL_A_DAY = 10  # answers
OF_ONE_PERSON_A_DAY = 40
OF_A_PROGRAMME_AN_HOUR = 400


def answerable(message: OutboxMessage | None, now: datetime) -> bool:
    """Whether an answer to this mail is taken."""
    return bool(
        message
        and reply_links.can_be_answered(message)
        and message.recipient
        and message.recipient.is_active
        and now < message.due_at + LINK_LIVES
        and message.text  # emptied with what it was about
    )


def _find(public_id: str) -> OutboxMessage | None:
    known = OutboxMessage.objects.select_related("programme", "recipient")
    return known.filter(public_id=public_id).first() if public_id else None


def by_link(token: str, now: datetime) -> OutboxMessage | None:
    """The mail that a link is about, while it can be answered."""
    message = _find(reply_links.public_id(token))
    return message if answerable(message, now) else None


@transaction.atomic
def by_form(message: OutboxMessage, text: str, *, now: datetime) -> Reply:
    """Raises NotAllowed where too many came."""
    _check_amount(message, now)
    return _came(message, Reply.Kind.REPLY, now, text=text)


@transaction.atomic
def by_mail(raw: bytes, *, now: datetime) -> Reply | None:
    """Keep a mail that answers one of ours; None where it was there already. Raises NotAllowed for any other."""
    if len(raw) > incoming.LONGEST_MAIL:
        raise NotAllowed(_("It is too large to be an answer."))
    mail = incoming.read(raw, urlsplit(settings.BASE_URL).hostname or "")
    if mail.is_ours and not mail.is_bounce:
        raise NotAllowed(_("It is one of our own, come round."))
    message = next(filter(None, map(_find, mail.answers)), None)
    if not answerable(message, now) or message is None:
        raise NotAllowed(_("It answers no mail of ours that can be answered."))
    if mail.mail_id and Reply.objects.filter(mail_id=mail.mail_id).exists():
        return None
    kind = Reply.Kind.REPLY
    if mail.is_bounce:
        kind = Reply.Kind.BOUNCE
    elif mail.is_automatic:
        kind = Reply.Kind.AUTOMATIC
    _check_amount(message, now)
    return _came(
        message,
        kind,
        now,
        text=mail.text or _("(without words)"),
        from_address=mail.from_address,
        mail_id=mail.mail_id or None,
    )


def _check_amount(message: OutboxMessage, now: datetime) -> None:
    OutboxMessage.objects.select_for_update(no_key=True).get(pk=message.pk)  # two at once count each other
    day, hour = now - timedelta(days=1), now - timedelta(hours=1)
    for found, most in (
        (Reply.objects.filter(message=message, came_at__gt=day), TO_ONE_MAIL_A_DAY),
        (Reply.objects.filter(message__recipient=message.recipient, came_at__gt=day), OF_ONE_PERSON_A_DAY),
        (
            Reply.objects.filter(message__programme=message.programme, came_at__gt=hour),
            OF_A_PROGRAMME_AN_HOUR,
        ),
    ):
        if found.count() >= most:
            raise NotAllowed(
                _("That was much for one day. What you wrote before is with us; go on tomorrow.")
            )


def _came(message: OutboxMessage, kind: str, now: datetime, **fields) -> Reply:
    reply = Reply.objects.create(message=message, kind=kind, came_at=now, **fields)
    if kind != Reply.Kind.AUTOMATIC:
        notices.reply_came(reply, now=now)
    return reply


# --- What managers do -----------------------------------------------------------------------------------
@transaction.atomic
def take(reply: Reply, *, by: User, now: datetime) -> None:
    """Say that one sees to it; from somebody else too, who may be away."""
    reply = _locked(reply)
    Reply.objects.filter(pk=reply.pk).update(owner=by)
    _record("reply.taken", reply, by, now)


@transaction.atomic
def settle(reply: Reply, *, by: User, now: datetime) -> None:
    """There is nothing left to do about it."""
    reply = _locked(reply)
    Reply.objects.filter(pk=reply.pk).update(settled_at=now, settled_by=by)
    _record("reply.settled", reply, by, now)


@transaction.atomic
def open_again(reply: Reply, *, by: User, now: datetime) -> None:
    """There is, after all."""
    Reply.objects.filter(pk=reply.pk).update(settled_at=None, settled_by=None)
    _record("reply.opened_again", reply, by, now)


@transaction.atomic
def answer(reply: Reply, text: str, *, by: User, now: datetime) -> None:
    """Write back, which settles it. Raises SomebodyWasFirst where somebody has settled it meanwhile."""
    reply = _locked(reply)
    if not answerable(reply.message, now):
        raise NotAllowed(_("This person can no longer be written to here."))
    notices.answer(reply, text, by=by, now=now)
    Reply.objects.filter(pk=reply.pk).update(settled_at=now, settled_by=by)
    _record("reply.answered", reply, by, now)


@transaction.atomic
def note(message: OutboxMessage, text: str, *, by: User, now: datetime) -> None:
    """Write something beside a mail, for managers alone."""
    ThreadNote.objects.create(message=message, text=text, by=by, at=now)


def _locked(reply: Reply) -> Reply:
    known = Reply.objects.select_related("message__programme", "message__recipient")
    found = known.select_for_update(of=("self",)).get(pk=reply.pk)
    if found.settled_at is not None:
        raise SomebodyWasFirst(
            _("%(who)s has settled this meanwhile.") % {"who": found.settled_by or _("Somebody")}
        )
    return found


def _record(action: str, reply: Reply, by: User, now: datetime) -> None:
    history.record(action, reply, by=by, programme=reply.message.programme, now=now)
