"""Answers that calendars send by mail (METHOD:REPLY): whose they are, whether they still count, and what became of them.

Believed is who writes from the address that the invitation went to and knows its UID; whether the mail came from there
at all is for the mail server to check, as it is for every mail. Each is kept with its outcome, the refused ones too.
"""

import email
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default as modern
from email.utils import parseaddr
from typing import cast

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accelerator.calendar import answers, ical
from accelerator.calendar.answers import Answer, Way
from accelerator.calendar.ical import Replied, Unreadable
from accelerator.calendar.models import CalendarAnswer, CalendarEntry, CalendarReply
from accelerator.transitions import NotAllowed

LONGEST = 100_000  # signs of a calendar's text
OF_ONE_ADDRESS_A_DAY = 60
Outcome = CalendarReply.Outcome
log = structlog.get_logger(__name__)


@transaction.atomic
def take_in(raw: bytes, *, now: datetime) -> CalendarReply | None:
    """Read one mail; None where no calendar answers in it. Raises NotAllowed where too many came."""
    mail = cast(EmailMessage, email.message_from_bytes(raw, policy=modern))
    text = _calendar_of(mail)
    if text is None:
        return None
    sender = parseaddr(_header(mail, "From"))[1][:254].lower()
    mail_id = _header(mail, "Message-ID")[:250] or None
    if mail_id and (known := CalendarReply.objects.filter(mail_id=mail_id).first()):
        return known
    lately = CalendarReply.objects.filter(from_address=sender, came_at__gt=now - timedelta(days=1))
    if lately.count() >= OF_ONE_ADDRESS_A_DAY:
        raise NotAllowed(_("That was much for one day. What came before is with us."))
    kept = CalendarReply(mail_id=mail_id, from_address=sender, came_at=now)
    kept.outcome = _outcome(kept, text, now)
    kept.save()
    if kept.outcome != Outcome.TAKEN:
        log.warning("the answer of a calendar was refused", outcome=kept.outcome, reply=kept.pk)
    return kept


def _outcome(kept: CalendarReply, text: str, now: datetime) -> str:
    try:
        replied = ical.replied(text)
    except Unreadable:
        return Outcome.UNREADABLE
    kept.uid, kept.said = replied.uid.replace("\x00", ""), replied.answer.replace("\x00", "")
    if replied.answer not in {answer.upper() for answer in Answer}:
        return Outcome.UNREADABLE
    entry = (
        CalendarEntry.objects.select_related("recipient")
        .filter(uid=kept.uid, address=replied.address.replace("\x00", ""))
        .first()
    )
    found = answers.find(entry.object_type, entry.object_id) if entry else None
    if entry is None or found is None or replied.is_of_one_time:
        return Outcome.UNKNOWN
    if kept.from_address not in {entry.address, entry.recipient.email.lower()}:
        return Outcome.FORGED
    kept.user = entry.recipient
    if refusal := _is_about_another_state(replied, entry):
        return refusal
    kind, about = found
    try:
        with transaction.atomic():
            answers.give(
                kind,
                about,
                replied.answer.lower(),
                note=replied.words,
                seen=entry.starts_at or about.starts_at,
                by=entry.recipient,
                way=Way.CALENDAR,
                stated_at=replied.stated_at,
                now=now,
            )
    except NotAllowed:
        return Outcome.REFUSED
    return Outcome.TAKEN


def _is_about_another_state(replied: Replied, entry: CalendarEntry) -> str:
    """An earlier invitation counts while it says the same time: others were told of a change that this one was not."""
    if replied.sequence > (entry.sequence or 0):
        return Outcome.UNKNOWN
    if not entry.is_held:
        return Outcome.OUTDATED
    if replied.sequence < (entry.sequence or 0) and replied.starts_at != entry.starts_at:
        return Outcome.OUTDATED
    known = CalendarAnswer.objects.filter(
        object_type=entry.object_type, object_id=entry.object_id, user=entry.recipient
    ).first()
    if known and known.stated_at and replied.stated_at and replied.stated_at < known.stated_at:
        return Outcome.OUTDATED
    return ""


def _calendar_of(mail: EmailMessage) -> str | None:
    """The text of the part that answers an invitation."""
    for part in mail.walk():
        if part.get_content_type() not in ("text/calendar", "application/ics"):
            continue
        payload = part.get_payload(decode=True)
        text = (payload if isinstance(payload, bytes) else b"")[:LONGEST].decode("utf-8", "replace")
        if f"METHOD:{ical.REPLY}" in text.upper():
            return text
    return None


def _header(mail: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(mail.get(name, "")).replace("\x00", "").split())
    except (
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        UnicodeError,
    ):  # so broken that it cannot be read
        return ""
