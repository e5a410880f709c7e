"""Mails to reviewers about what they are asked to review."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator.messages import kinds, outbox
from applications.calls.models import Call
from applications.reviewing.models import Reviewer

ASSIGNED = "applications.readings_assigned"
FACTOR_MISSING = "applications.factor_missing"
REVIEW_DUE_SOON = "applications.review_due_soon"
REVIEW_OVERDUE = "applications.review_overdue"

kinds.name_kinds(
    "applications",
    factor_missing=_("A second factor is missing"),
    readings_assigned=_("Reviews assigned"),
    review_due_soon=_("Reviews are due soon"),
    review_overdue=_("Reviews are overdue"),
)


def assigned(call: Call, new: Mapping[int, int], *, now: datetime) -> None:
    """To each reviewer, how many applications were added to their queue: `new` counts them by the reviewer's id."""
    for reviewer in Reviewer.objects.filter(pk__in=list(new)).select_related("user"):
        outbox.enqueue(
            ASSIGNED,
            key=f"readings-assigned:{call.pk}:{reviewer.pk}:{now.isoformat()}",
            to=reviewer.user,
            context={"call": call, "count": new[reviewer.pk], "url": queue_url()},
            programme=call.programme,
            about=call,
            now=now,
        )


def queue_url() -> str:
    """Where a reviewer goes on, as a mail writes it."""
    return outbox.absolute(reverse("reviewing:review_queue"))
