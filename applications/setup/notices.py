"""Mails of a set-up: to managers who may confirm an amendment, to reviewers of whom it asks more, to oneself for a trial."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accelerator.messages import kinds, outbox
from accelerator.models import OutboxMessage, User
from accelerator.transitions import NotAllowed
from applications.calls.models import Call
from applications.reviewing.models import Assignment, Reviewer
from applications.reviewing.notices import queue_url
from applications.reviewing.sealed_rules import Amendment
from applications.setup import ahead

AMENDMENT_ANSWERED = "applications.amendment_answered"
AMENDMENT_PROPOSED = "applications.amendment_proposed"
CRITERION_TO_MARK = "applications.criterion_to_mark"
PLANNED_TEST = "applications.planned_test"
TESTS_A_DAY = 60

kinds.name_kinds(
    "applications",
    trial_mail=_("A mail to oneself, to see whether mails arrive"),
    amendment_answered=_("An answer to a proposed amendment"),
    amendment_proposed=_("An amendment of the rules waits"),
    criterion_to_mark=_("A criterion more to mark"),
    planned_test=_("Test of a planned message"),
)


def amendment_proposed(amendment: Amendment, people: Iterable[User], *, now: datetime) -> None:
    """To each who may confirm it; about the call, so that whoever applied to it cannot read of it."""
    call, url = amendment.call, _url(amendment)
    for person in people:
        outbox.enqueue(
            AMENDMENT_PROPOSED,
            key=f"amendment-proposed:{amendment.pk}:{person.pk}",
            to=person,
            context={"call": call, "amendment": amendment, "url": url},
            programme=call.programme,
            about=call,
            version=str(amendment.pk),
            now=now,
        )


def amendment_answered(amendment: Amendment, *, now: datetime) -> None:
    """To who proposed it: another manager has confirmed or refused it."""
    call = amendment.call
    outbox.enqueue(
        AMENDMENT_ANSWERED,
        key=f"amendment-answered:{amendment.pk}",
        to=amendment.proposed_by,
        context={"call": call, "amendment": amendment, "url": _url(amendment)},
        programme=call.programme,
        about=call,
        version=str(amendment.pk),
        now=now,
    )


def _url(amendment: Amendment) -> str:
    return outbox.absolute(reverse("setup:amendment", args=[amendment.call_id, amendment.pk]))


def criterion_to_mark(amendment: Amendment, *, now: datetime) -> None:
    """To each reviewer with reviews that lack what it adds, how many they are."""
    call = amendment.call
    lacking = Assignment.objects.live().of_eligible().asked_once_more().filter(application__call=call)
    left = dict(lacking.values_list("reviewer").annotate(left=Count("pk")))
    active = Reviewer.objects.active_for(call).filter(pk__in=left).select_related("user")
    for reviewer in active.order_by("pk"):
        outbox.enqueue(
            CRITERION_TO_MARK,
            key=f"criterion-to-mark:{amendment.pk}:{reviewer.pk}",
            to=reviewer.user,
            context={"call": call, "count": left[reviewer.pk], "url": queue_url()},
            programme=call.programme,
            about=call,
            version=str(amendment.pk),
            now=now,
        )


def trial_mail(call: Call, *, by: User, now: datetime) -> None:
    """To whoever asks, at most one a minute."""
    outbox.enqueue(
        "applications.trial_mail",
        key=f"trial-mail:{call.pk}:{by.pk}:{now:%Y%m%d%H%M}",
        to=by,
        context={"call": call, "url": outbox.absolute(reverse("setup:call", args=[call.pk]))},
        programme=call.programme,
        about=call,
        now=now,
    )


def test_of_planned(call: Call, samples: Iterable[ahead.ToOne], *, to: User, now: datetime) -> int:
    """What these people would get, to whoever asks and nobody else, about the same objects. Returns how many."""
    planned = [one.notice for one in samples if one.notice]
    if not planned:
        raise NotAllowed(gettext("Nothing is planned that you could be sent."))
    since = now - timedelta(days=1)
    sent = OutboxMessage.objects.filter(kind=PLANNED_TEST, recipient=to, created_at__gt=since).count()
    if sent + len(planned) > TESTS_A_DAY:
        raise NotAllowed(gettext("That were many tests for one day. Go on tomorrow."))
    with transaction.atomic():
        for notice in planned:
            subject, text = ahead.in_words(notice)
            outbox.enqueue(
                PLANNED_TEST,
                key=f"planned-test:{to.pk}:{now:%Y%m%dT%H%M%S%f}:{notice.key}"[:200],
                to=to,
                words=(gettext("Test: %(subject)s") % {"subject": subject}, text),
                programme=call.programme,
                about=notice.about,
                useless_after=now + timedelta(hours=1),
                now=now,
            )
    return len(planned)
