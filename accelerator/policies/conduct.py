"""The private line of a code of conduct: what is written there is read by the two people it names, and nobody else."""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accelerator.messages import outbox
from accelerator.records.people import User
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed

A_DAY = 5  # messages of one person: enough for whoever needs help, too few to bury one


@transaction.atomic
def write(programme: Programme, text: str, *, by: User, with_name: bool, now: datetime) -> int:
    """Send it to the named people, encrypted until it leaves and erased after. Returns to how many.

    Who wrote it is kept nowhere unless they say so. Raises NotAllowed where nobody is named, and after `A_DAY`.
    """
    contacts = list(programme.conduct_contacts.all())
    if not contacts:
        raise NotAllowed(
            _("Nobody is named yet who reads this. Please write to %(contact)s.")
            % {"contact": programme.contact}
        )
    _count(programme, by)
    with translation.override(programme.language):
        signed = f"{by}, {by.email}" if with_name else _("They did not give their name.")
        subject = _("In confidence, by the code of conduct of %(programme)s") % {"programme": programme}
        head = _("Somebody wrote this to you and to nobody else but %(others)s:")
        for contact in contacts:
            others = ", ".join(other.name for other in contacts if other != contact) or _("nobody")
            outbox.enqueue_secret(
                "accelerator.conduct_report",
                to=contact.email,
                subject=subject,
                text=f"{head % {'others': others}}\n\n{text.strip()}\n\n{signed}\n",
                useless_after=now + timedelta(days=14),
            )
    return len(contacts)


def _count(programme: Programme, by: User) -> None:
    """In the cache for a day, so that the count tells later readers nothing."""
    key = f"conduct-line:{programme.pk}:{by.pk}"
    if not cache.add(key, 1, timeout=24 * 60 * 60) and cache.incr(key) > A_DAY:
        raise NotAllowed(
            _("You have written %(number)s times today. Please write to %(contact)s if it cannot wait.")
            % {"number": A_DAY, "contact": programme.contact}
        )
