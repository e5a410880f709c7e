"""How mentors of a programme can be booked, where they say nothing else: set by its managers."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accelerator import as_seen, history
from accelerator.models import Programme, User
from mentoring.mentors.models import TERMS, BookingTerms

CHANGED = "programme.booking_terms_changed"


@transaction.atomic
def set_terms(
    programme: Programme, values: dict[str, Any], *, seen: str | None, by: User, now: datetime
) -> None:
    """What is booked already stays. `seen` is the version that the page showed: SomebodyWasFirst where it is older."""
    as_seen.must_be(programme, seen, by=by, actions=[CHANGED])
    row = BookingTerms.objects.filter(programme=programme).first() or BookingTerms(programme=programme)
    names = [*TERMS, "country", "region"]
    changes = {
        name: (getattr(row, name), values[name]) for name in names if getattr(row, name) != values[name]
    }
    for name in names:
        setattr(row, name, values[name])
    row.save()
    if changes:
        history.record(CHANGED, programme, by=by, programme=programme, now=now, changes=changes)
