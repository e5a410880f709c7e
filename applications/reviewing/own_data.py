"""What *My data* tells a reviewer: the reviews that they wrote."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator.models import User
from accelerator.privacy import rooms
from accelerator.privacy.rooms import Kept
from applications.calls.models import Call
from applications.reviewing.models import Review


@rooms.kept
def reviews(user: User, now: datetime) -> Iterator[Kept]:
    mine = Review.objects.filter(assignment__reviewer__user=user)
    counts = dict(mine.values_list("assignment__application__call").annotate(count=Count("pk")))
    for call in Call.objects.filter(pk__in=counts).select_related("programme"):
        yield Kept(
            _("Your reviews for %(call)s") % {"call": call},
            ngettext("%(n)d review", "%(n)d reviews", counts[call.pk]) % {"n": counts[call.pk]},
            _("Your words go with the application; the marks stay, because they carried the decision."),
        )
