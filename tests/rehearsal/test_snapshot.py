"""A rehearsal that is put back brings its history back whole, though the database keeps every other one."""

from datetime import UTC, datetime

import factories
import pytest
from django.db import connection

from accelerator import history, history_check
from accelerator.models import HistoryEntry
from rehearsal import snapshot

NOW = datetime(2023, 12, 1, 12, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_is_put_back_with_sound_chains():
    ana = factories.make_user("Ana")
    for number in range(3):
        history.record("person.met", ana, by=ana, now=NOW, reason="Hello", number=number)
    with connection.cursor() as cursor:
        cursor.execute("SET slipway.history_may_be_emptied = ''")  # as anywhere but in a test
    try:
        snapshot.keep()
        history.record("person.left", ana, by=ana, now=NOW)
        snapshot.restore()
        history.record("person.came", ana, by=ana, now=NOW)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET slipway.history_may_be_emptied = 'on'")
            cursor.execute(f"DROP SCHEMA IF EXISTS {snapshot.SCHEMA} CASCADE")
    told = HistoryEntry.objects.about(ana).order_by("place").values_list("action", flat=True)
    assert list(told) == ["person.met"] * 3 + ["person.came"]
    assert list(history_check.check(history_check.Walked())) == []
