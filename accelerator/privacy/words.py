"""Taking words out of what stays: mails that went out, and the reasons and values beside the history."""

import re
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.messages.models import OutboxMessage
from accelerator.records.history import HistoryEntry

EMPTY = {"subject": "", "text": "", "html": "", "calendar": "", "mime": b"", "last_error": "", "reason": ""}
SHORTEST = 2  # letters of a name that is looked for


def empty_mails(messages: models.QuerySet[OutboxMessage]) -> int:
    """Whoever got them has them; here stays that they went out, to whom and when. What waits is withdrawn."""
    Status = OutboxMessage.Status
    withdrawn = messages.filter(status__in=[Status.HELD, Status.WAITING])
    withdrawn.update(status=Status.CANCELLED)
    return messages.exclude(text="", subject="").update(**EMPTY)


def replace_in_mails(messages: models.QuerySet[OutboxMessage], names: Iterable[str], instead: str) -> int:
    """Write `instead` for these names wherever they stand as whole words; mails that have not gone are made anew."""
    wanted = [name for name in names if len(name) >= SHORTEST]
    if not wanted:
        return 0
    anywhere = Q()
    for name in wanted:
        anywhere |= Q(subject__contains=name) | Q(text__contains=name) | Q(calendar__contains=name)
    whole = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in wanted))
    count = 0
    for message in messages.filter(anywhere, is_secret=False).only("subject", "text", "calendar").iterator():
        written = {
            field: whole.sub(instead, getattr(message, field)) for field in ("subject", "text", "calendar")
        }
        written["subject"] = written["subject"][:200]
        changed = {field: text for field, text in written.items() if text != getattr(message, field)}
        if changed:
            OutboxMessage.objects.filter(pk=message.pk).update(**changed, html="", mime=b"")
            count += 1
    return count


def erase_words(entries: models.QuerySet[HistoryEntry]) -> int:
    """Of the history of these entries; who did what when stays, and its chain holds."""
    return history.erase_words(entries.exclude(side__isnull=True).exclude(side__salt=""))


def entries_that_say(names: Iterable[str]) -> models.QuerySet[HistoryEntry]:
    """Entries beside which one of these names stands, in a reason or a value."""
    anywhere = Q(pk__in=[])
    for name in names:
        if len(name) >= SHORTEST:
            as_json = name.replace("\\", "\\\\").replace('"', '\\"')
            anywhere |= Q(side__reason__contains=name) | Q(words__contains=as_json)
    written = models.functions.Cast("side__values", models.TextField())
    return HistoryEntry.objects.annotate(words=written).filter(anywhere)


def somebody_who_left(was: str) -> str:
    """What stands for somebody instead of their name."""
    return {
        "manager": _("A manager who left"),
        "reviewer": _("A reviewer who left"),
        "mentor": _("A mentor who left"),
        "founder": _("A founder who left"),
    }.get(was) or _("Somebody who left")
