"""The rehearsal that this database holds: its call, its guide, and the jump that is on its way."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accelerator import clock
from applications.models import Call
from rehearsal.models import Rehearsal


def current() -> Rehearsal | None:
    return Rehearsal.objects.filter(pk=1).first()


def rehearsed_call() -> Call | None:
    """The call whose season is rehearsed: the first one."""
    return _calls().first()


def call_of_the_rehearsal() -> Call:
    """The same, where a rehearsal is open. Raises Call.DoesNotExist."""
    return _calls()[:1].get()


def _calls() -> QuerySet[Call]:
    calls = Call.objects.announced().select_related("programme", "window")
    return calls.order_by("window__opens_at")


def tick_stop(key: str) -> None:
    """Remember that the newcomer has tried this."""
    with transaction.atomic():
        rehearsal = Rehearsal.objects.select_for_update().filter(pk=1).first()
        if rehearsal and key not in rehearsal.stops_seen:
            rehearsal.stops_seen = [*rehearsal.stops_seen, key]
            rehearsal.save(update_fields=["stops_seen"])


def begin_walk(until: datetime) -> bool:
    """Claim the walk. False while another one is on its way."""
    return bool(
        Rehearsal.objects.filter(pk=1, walking_to__isnull=True).update(walking_to=until, stopped_at=None)
    )


def end_walk(*, stopped_at: datetime | None = None) -> None:
    """The jump has arrived, or broke off at a moment, which the bar then tells."""
    Rehearsal.objects.filter(pk=1).update(walking_to=None, stopped_at=stopped_at)


def give_up_walk() -> None:
    """After a start nobody walks any more, whatever was on its way when everything ended."""
    rehearsal = current()
    if rehearsal and rehearsal.walking_to:
        clock.shift_to(clock.now())  # it stood still while somebody walked
        end_walk(stopped_at=clock.now())
