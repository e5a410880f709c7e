"""How far reviewers have come."""

import factories
import pytest

from applications.reviewing.progress import progress, share_of_time

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING


def test_a_reviewer_who_falls_behind_is_seen_before_the_due_day(call, manager, panel, eligible):
    applications = eligible("Papyrus", "Kestrel")
    for application in applications:
        factories.assign(panel[0], application)
    factories.make_review(factories.assign(panel[1], applications[0]), 8, 8)
    slow, quick = progress(call)
    share = share_of_time(call, NOW)
    assert 0.4 < share < 0.6
    assert (slow.name, slow.is_behind(share)) == ("Ada Stern", True)
    assert (quick.name, quick.is_behind(share)) == ("Joris Blom", False)
