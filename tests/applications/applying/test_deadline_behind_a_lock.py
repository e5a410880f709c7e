"""Whoever came in time and then waited for somebody else's lock is in time."""

import threading
import time

import factories
import factories_founder as founders
import pytest
from django.db import connection, transaction
from races import somebody_waits_for_us

from accelerator import clock
from applications.models import CallWindow

JUST_BEFORE = factories.CLOSES_AT - factories.MICROSECOND


@pytest.mark.django_db(transaction=True)
def test_waiting_for_a_lock_across_the_deadline_makes_nobody_late():
    factories.at(factories.WHILE_OPEN)
    draft = founders.make_draft(factories.make_call())
    clock.freeze(JUST_BEFORE)
    versions = []

    def submit():
        try:
            versions.append(founders.submit(draft))
        finally:
            connection.close()

    submitting = threading.Thread(target=submit)
    with transaction.atomic():
        CallWindow.objects.select_for_update().get(pk=draft.call_id)
        submitting.start()
        gives_up_at = time.monotonic() + 10
        while not somebody_waits_for_us() and time.monotonic() < gives_up_at:
            time.sleep(0.01)
        clock.freeze(factories.CLOSES_AT)
    submitting.join(10)
    assert [version.received_at for version in versions] == [JUST_BEFORE]
