"""A date keeps to its place, however long the name of the reader's time zone is."""

import factories
import factories_cohort as cohorts
import pytest
from django.urls import reverse


@pytest.mark.parametrize("width", [390, 800, 1440])
def test_a_long_name_of_a_zone_leaves_the_name_beside_it_alone(visit, cast, width):
    factories.at(cohorts.JANUARY)
    cohorts.make_cohort_cast(cast)
    cast.founder.time_zone = "America/Argentina/ComodRivadavia"
    cast.founder.save()
    page = visit(cast.founder, reverse("cohorts:member", args=[cast.membership.public_id]), width=width)
    rows = page.locator(".sessions > li").all()
    assert rows
    for row in rows:
        when, name = row.locator("time").bounding_box(), row.locator("a").bounding_box()
        beside = when["x"] + when["width"] <= name["x"]
        above = when["y"] + when["height"] <= name["y"] + 1
        assert beside or above, (when, name)
