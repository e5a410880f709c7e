"""Whether what each calendar was told makes sense one after the other: an invariant of everything that was ever written.

`broken()` says in sentences what does not; a rehearsal calls it at its end.
"""

from collections import defaultdict
from collections.abc import Iterator

from accelerator.calendar import ical
from accelerator.calendar.ical import CANCEL, REQUEST
from accelerator.messages.models import OutboxMessage

_LOST = [OutboxMessage.Status.CANCELLED, OutboxMessage.Status.SKIPPED, OutboxMessage.Status.DEAD]


def broken() -> list[str]:
    """One UID, a SEQUENCE that rises, and cancellations that take back what the invitation before them said."""
    chains: dict[tuple, list[OutboxMessage]] = defaultdict(list)
    mails = OutboxMessage.objects.exclude(calendar_method="").exclude(calendar="").exclude(status__in=_LOST)
    for mail in mails.defer("text", "html", "mime").order_by("pk").iterator():
        chains[mail.object_type, mail.object_id, mail.recipient_id, mail.to_email.lower()].append(mail)
    return [
        f"{object_type} {object_id} for {address}: {sentence}"
        for (object_type, object_id, _person, address), chain in chains.items()
        for sentence in _broken(chain)
    ]


def _broken(chain: list[OutboxMessage]) -> Iterator[str]:
    before: tuple[str, ical.Stated] | None = None
    for mail in chain:
        method, stated = mail.calendar_method, ical.stated(mail.calendar)
        if f"METHOD:{method}" not in mail.calendar:
            yield f"mail {mail.pk} names another method than its calendar"
        if before is None:
            if method != REQUEST:
                yield f"mail {mail.pk} cancels what nobody was invited to"
        else:
            yield from _follows_badly(mail.pk, method, stated, *before)
        before = (method, stated)


def _follows_badly(
    pk: int, method: str, stated: ical.Stated, last: str, earlier: ical.Stated
) -> Iterator[str]:
    if stated.uid != earlier.uid:
        yield f"mail {pk} has another UID than the one before"
    if stated.sequence <= earlier.sequence:
        yield f"mail {pk} has SEQUENCE {stated.sequence} after {earlier.sequence}"
    if method == CANCEL and last == CANCEL:
        yield f"mail {pk} cancels a second time"
    if method == CANCEL and stated[2:] != earlier[2:]:
        yield f"mail {pk} cancels another time or place than the invitation said"
