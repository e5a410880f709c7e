"""What is undone before the release: a decision that is taken back."""

import factories
import pytest

from applications.models import Decision
from applications.selecting import deciding

NOW = factories.REVIEWING


@pytest.fixture
def call(db, reviewing):
    return factories.make_call(seats=1, reserve=3)


@pytest.fixture
def manager(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def applications(call):
    names = ["Papyrus", "Kestrel", "Tidewater", "Marrow"]
    return [factories.make_application(call, name=name, eligible=True) for name in names]


def test_the_reserve_closes_up_behind_a_decision_that_was_taken_back(call, manager, applications):
    for application in applications[:3]:
        deciding.put_in_reserve(application, by=manager, now=NOW)
    deciding.take_back(applications[0], by=manager, now=NOW)
    deciding.put_in_reserve(applications[3], by=manager, now=NOW)
    rows = Decision.objects.order_by("reserve_position")
    assert [(d.reserve_position, str(d.application)) for d in rows] == [
        (1, "Kestrel"),
        (2, "Tidewater"),
        (3, "Marrow"),
    ]
