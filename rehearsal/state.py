"""The rehearsal that this database holds: its call, its guide, and the jump that is on its way."""

from datetime import datetime

from django.db import transaction

from applications.models import Call
from rehearsal.models import Rehearsal


def current() -> Rehearsal | None:
    return Rehearsal.objects.filter(pk=1).first()


def rehearsed_call() -> Call | None:
    """The call whose season is rehearsed: the first one."""
    return Call.objects.select_related("programme", "window").order_by("window__opens_at").first()


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
        Rehearsal.objects.filter(pk=1, walking_to__isnull=True).update(walking_to=until, walked_to=None)
    )


def note_progress(at: datetime) -> None:
    Rehearsal.objects.filter(pk=1).update(walked_to=at)


def end_walk() -> None:
    Rehearsal.objects.filter(pk=1).update(walking_to=None)
