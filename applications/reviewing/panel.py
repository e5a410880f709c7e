"""Who reviews for a call: asking people in, what they know and promised, pausing them, and taking them off its list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import as_seen, history
from accelerator.models import Partner, User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.calls.models import Call
from applications.reviewing import awaiting
from applications.reviewing.models import Reviewer
from applications.reviewing.permissions import must_not_be_released

MOST_REVIEWS = 500  # that anybody can promise


@transaction.atomic
def ask_all(
    call: Call,
    emails: Sequence[str],
    *,
    partner: Partner | None,
    topics: Sequence[str],
    capacity: int,
    by: User,
    now: datetime,
) -> None:
    """Ask these addresses to review for the call, all of them or none. Who reviews in the programme is listed at once."""
    must_not_be_released(call)
    applied = call.applicants.filter(user__email__in=emails).values_list("user__email", flat=True)
    if found := sorted(applied):
        raise NotAllowed(_("%(email)s applied to this call, and cannot review it.") % {"email": found[0]})
    for email in emails:
        awaiting.ask(call, email, partner=partner, topics=topics, capacity=capacity, by=by, now=now)


@transaction.atomic
def change(
    reviewer: Reviewer,
    *,
    partner: Partner | None,
    topics: Sequence[str],
    capacity: int,
    is_chair: bool,
    seen: str,
    by: User,
    now: datetime,
) -> bool:
    """Say for whom they review, what they know, how many reviews they promised, and whether they chair; whether anything
    changed. Raises SomebodyWasFirst for another state than the page showed."""
    must_not_be_released(reviewer.call)
    as_seen.must_be(reviewer, seen, by=by)
    stored = Reviewer.objects.select_related("partner").get(pk=reviewer.pk)
    wanted = {"partner": partner, "topics": list(topics), "capacity": capacity, "is_chair": is_chair}
    changed = {name: value for name, value in wanted.items() if getattr(stored, name) != value}
    if not changed:
        return False
    told = {name: (_plain(getattr(stored, name)), _plain(value)) for name, value in changed.items()}
    for name, value in changed.items():
        setattr(stored, name, value)
    stored.save(update_fields=list(changed))
    _record("reviewer.changed", stored, by, now, changes=told)
    return True


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Partner) else value


@transaction.atomic
def pause(reviewer: Reviewer, *, by: User, now: datetime) -> None:
    """Nothing else is assigned to them; what they have stays theirs."""
    must_not_be_released(reviewer.call)
    if not Reviewer.objects.filter(pk=reviewer.pk, paused_at=None).update(paused_at=now):
        raise SomebodyWasFirst(_("%(person)s is paused already.") % {"person": reviewer})
    _record("reviewer.paused", reviewer, by, now, changes={"paused_at": (None, now.isoformat())})


@transaction.atomic
def resume(reviewer: Reviewer, *, by: User, now: datetime) -> None:
    must_not_be_released(reviewer.call)
    if not Reviewer.objects.filter(pk=reviewer.pk, paused_at__isnull=False).update(paused_at=None):
        raise SomebodyWasFirst(_("%(person)s is not paused any more.") % {"person": reviewer})
    since = reviewer.paused_at.isoformat() if reviewer.paused_at else None
    _record("reviewer.resumed", reviewer, by, now, changes={"paused_at": (since, None)})


@transaction.atomic
def take_off(reviewer: Reviewer, *, by: User, now: datetime) -> None:
    """Off the list of this call; their role in the programme stays. Raises NotAllowed once something was assigned."""
    Reviewer.objects.select_for_update().get(pk=reviewer.pk)  # whoever assigns to them waits, or came first
    if sentence := why_listed(reviewer):
        raise NotAllowed(sentence)
    _record("reviewer.taken_off", reviewer, by, now, name=str(reviewer))
    reviewer.delete()


def why_listed(reviewer: Reviewer) -> str:
    """Why somebody stays on the list, as a sentence; "" where they can be taken off."""
    if reviewer.assignments.exists():
        return _("Something was assigned to them, so they stay on the list. Pause them, or end their role.")
    return ""


def _record(action: str, reviewer: Reviewer, by: User, now: datetime, **words: Any) -> None:
    history.record(action, reviewer, by=by, programme=reviewer.call.programme, now=now, **words)
