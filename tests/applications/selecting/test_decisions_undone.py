"""What is undone before the release: a decision that is taken back, a chosen startup that withdraws."""

import factories
import pytest

from accelerator.transitions import NotAllowed
from applications.models import Application, Decision, Release
from applications.selecting import deciding, letters, releasing

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


def test_nothing_is_published_while_somebody_who_was_picked_has_withdrawn(call, manager, applications):
    deciding.pick(applications[0], by=manager, now=NOW)
    deciding.leave_out_all_others(call, by=manager, now=NOW)
    letters.prepare_letters(call, by=manager, now=NOW)
    assert releasing.obstacles(call) == []
    applications[0].move_to(Application.Status.WITHDRAWN)
    with pytest.raises(NotAllowed, match="Papyrus withdrew after being picked"):
        releasing.release(call, by=manager, now=NOW)
    assert not Release.objects.exists()
