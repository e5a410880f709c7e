"""What goes with a startup that leaves: what it wrote as a member."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from accelerator.models import HistoryEntry, OutboxMessage, Startup
from accelerator.privacy import words
from accelerator.privacy.certificates import Emptied
from applications.selecting import emptying
from cohorts.models import Goal, Membership


@emptying.startup_emptied
def goals_of_members(startup: Startup, now: datetime) -> Iterator[Emptied]:
    memberships = Membership.objects.filter(startup=startup)
    goals = Goal.objects.filter(membership__in=memberships)
    for model, rows in ((Goal, goals), (Membership, memberships)):
        about = {"object_type": model._meta.label_lower, "object_id__in": rows.values("pk")}
        words.empty_mails(OutboxMessage.objects.filter(**about))
        words.erase_words(HistoryEntry.objects.filter(**about))
    memberships.update(topics=[])
    yield Emptied(_("goals"), goals.update(text=emptying.GONE))
