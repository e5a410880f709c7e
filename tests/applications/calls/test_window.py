"""A call cannot exist without its window."""

import factories
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from applications.models import Call, CallWindow

CALL = {
    "programme": "", "name": "Second edition", "slug": "second", "seats": 5, "reserve": 5,
    "reviews_per_application": 3, "offer_days": 5, "marks_that_count": "before", "reviews_due_on": "2024-12-18", "decision_on": "2024-12-21",
    "starts_on": "2025-01-08", "ends_on": "2025-06-28", "who_may_apply": "Anybody.", "next_call": "",
    "reminders-TOTAL_FORMS": 0, "reminders-INITIAL_FORMS": 0,
    "eligibility_checks-TOTAL_FORMS": 0, "eligibility_checks-INITIAL_FORMS": 0,
    "window-TOTAL_FORMS": 1, "window-INITIAL_FORMS": 0,
}  # fmt: skip
WINDOW = {
    "window-0-opens_at_0": "2024-11-01", "window-0-opens_at_1": "09:00:00",
    "window-0-last_minute_0": "2024-12-01", "window-0-last_minute_1": "23:59:00",
}  # fmt: skip


def post(cast, **fields):
    manager = factories.sign_in(Client(), cast.manager)
    return manager.post(
        reverse("admin:applications_call_add"), {**CALL, "programme": cast.call.programme_id, **fields}
    )


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{}, {"window-TOTAL_FORMS": 0}])
def test_a_call_saved_without_its_window_is_refused_with_a_sentence(cast, fields):
    answer = post(cast, **fields)
    assert answer.status_code == 200
    assert "it cannot be saved without" in answer.content.decode()
    assert not Call.objects.filter(slug="second").exists()


@pytest.mark.django_db
def test_a_call_is_saved_together_with_its_window(cast):
    answer = post(cast, **WINDOW)
    assert answer.status_code == 302, answer.context_data["errors"]
    assert Call.objects.get(slug="second").window.opens_at.day == 1


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_call_alone_when_its_transaction_ends():
    call = factories.make_call()
    columns = ", ".join(f.column for f in Call._meta.concrete_fields if f.column not in ("id", "slug"))
    with pytest.raises(IntegrityError, match="has no window"), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO applications_call (slug, {columns}) SELECT 'alone', {columns} FROM applications_call"
        )
    with pytest.raises(IntegrityError, match="has no window"), transaction.atomic():
        CallWindow.objects.filter(call=call).delete()
    assert Call.objects.get().window == call.window
