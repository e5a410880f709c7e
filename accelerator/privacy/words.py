"""Taking words out of what stays: mails that went out, and the reasons and values beside the history."""

import re
from collections.abc import Iterable

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.announcements.models import Announcement
from accelerator.groups.models import GroupMessage
from accelerator.messages.models import OutboxMessage
from accelerator.records.history import HistoryEntry
from accelerator.threads.models import Reply, ThreadNote

EMPTY = {"subject": "", "text": "", "html": "", "calendar": "", "mime": b"", "last_error": "", "reason": ""}
SHORTEST = 2  # letters of a name that is looked for


def empty_mails(messages: models.QuerySet[OutboxMessage]) -> int:
    """Whoever got them has them; here stays that they went out, to whom and when. What waits is withdrawn."""
    Status = OutboxMessage.Status
    about = messages.order_by().values("pk")
    Reply.objects.filter(message__in=about).update(text="", from_address="", mail_id=None)
    ThreadNote.objects.filter(message__in=about).update(text="")
    withdrawn = messages.filter(status__in=[Status.HELD, Status.WAITING])
    withdrawn.update(status=Status.CANCELLED)
    return messages.exclude(text="", subject="").update(**EMPTY)


def replace_in_mails(messages: models.QuerySet[OutboxMessage], names: Iterable[str], instead: str) -> int:
    """Write `instead` for these names wherever they stand as whole words; mails that have not gone are made anew."""
    fields = ("subject", "text", "calendar")
    return _replace(messages.filter(is_secret=False), fields, names, instead, html="", mime=b"")


def replace_in_group_messages(
    messages: models.QuerySet[GroupMessage], names: Iterable[str], instead: str
) -> int:
    """The same for what managers wrote to groups."""
    return _replace(messages, ("subject", "text"), names, instead)


def replace_in_announcements(
    announcements: models.QuerySet[Announcement], names: Iterable[str], instead: str
) -> int:
    """The same for what they announced."""
    return _replace(announcements, ("text",), names, instead)


def replace_in_threads(names: Iterable[str], instead: str) -> int:
    """The same for what came back, and what was noted beside it."""
    names = list(names)
    Reply.objects.filter(from_address__in=names).update(from_address="")
    return sum(
        _replace(model._base_manager.all(), ("text",), names, instead) for model in (Reply, ThreadNote)
    )


def _replace(
    rows: models.QuerySet, fields: tuple[str, ...], names: Iterable[str], instead: str, **also
) -> int:
    wanted = [name for name in names if len(name) >= SHORTEST]
    if not wanted:
        return 0
    anywhere = Q()
    for name in wanted:
        for field in fields:
            anywhere |= Q(**{f"{field}__contains": name})
    whole = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in wanted))
    count = 0
    for row in rows.filter(anywhere).only(*fields).iterator():
        written = {field: whole.sub(instead, getattr(row, field)) for field in fields}
        if "subject" in written:
            written["subject"] = written["subject"][: row._meta.get_field("subject").max_length]
        changed = {field: text for field, text in written.items() if text != getattr(row, field)}
        if changed:
            type(row)._base_manager.filter(pk=row.pk).update(**changed, **also)
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
