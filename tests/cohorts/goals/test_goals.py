"""Three goals, so that they stay goals; also when the whole team clicks at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import factories
import pytest
from django.db import connection
from factories_cohort import JANUARY, make_membership

from accelerator.transitions import NotAllowed
from cohorts.goals import goals
from cohorts.goals.goals import GOALS

AT_ONCE = 6


@pytest.mark.django_db(transaction=True)
def test_three_goals_stay_three_when_the_team_clicks_at_once():
    factories.at(JANUARY)
    membership = make_membership(factories.make_call())
    by = factories.make_user()
    gate = Barrier(AT_ONCE)

    def set_goal(number):
        try:
            connection.ensure_connection()
            gate.wait(10)
            return goals.set_goal(membership, text=f"Goal {number}", by=by, now=JANUARY)
        except NotAllowed as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(set_goal, range(AT_ONCE)))
    assert membership.goals.count() == GOALS
    assert sum(isinstance(result, NotAllowed) for result in results) == AT_ONCE - GOALS
