"""Giving out the list as a file. It goes on record, with the call and with each application that stands in it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accelerator import history, readings
from accelerator.models import Reading, User
from applications.applying.models import Application
from applications.calls.models import Call


@transaction.atomic
def record(
    call: Call, ids: Sequence[int], *, columns: list[str], form: str, words: str, by: User, now: datetime
) -> None:
    """Somebody takes these applications along, with these columns; `words` is what they had looked for."""
    history.record(
        "call.list_exported",
        call,
        by=by,
        programme=call.programme,
        now=now,
        name=words,
        applications=len(ids),
        columns=columns,
        form=form,
    )
    readings.note_each(by, Reading.What.EXPORT, Application, ids, now)
