"""The list of mentors, searched and narrowed by whoever looks for one."""

from datetime import time
from html import unescape

import factories
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories_cohort import JANUARY, make_cohort_cast, make_mentor, make_session

from mentoring.mentors.words import has_words

LATE = [(1, time(14), time(17))]


@pytest.fixture
def cast(cast):
    factories.at(JANUARY)
    cast = make_cohort_cast(cast)
    make_mentor(
        cast.call, "Zoë Ångström", "scaleway", topics=["language"], headline="Pricing", notice_hours=300
    )
    return cast


def names(client, **asked):
    page = unescape(client.get(reverse("mentoring:mentors"), asked).content.decode())
    found = page.partition('class="mentors"')[2].partition("</ul>")[0]
    return {name for name in ("Hélène Kervella", "Matteo Fabbriani", "Zoë Ångström") if name in found}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"Hélène Kervella", "Matteo Fabbriani", "Zoë Ångström"}),
        ({"q": "helene"}, {"Hélène Kervella"}),
        ({"q": "PRICING angstrom"}, {"Zoë Ångström"}),
        ({"q": "pricing helene"}, set()),
        ({"topic": "language"}, {"Zoë Ångström"}),
        ({"partner": "Hugging Face"}, {"Matteo Fabbriani"}),
        ({"soon": "1"}, {"Hélène Kervella", "Matteo Fabbriani"}),
        ({"new": "1"}, {"Matteo Fabbriani", "Zoë Ångström"}),
        ({"new": "1", "soon": "1"}, {"Matteo Fabbriani"}),
        ({"topic": "nonsense"}, set()),
    ],
)
def test_the_list_is_narrowed_by_what_one_asks(cast, signed_in, asked, expected):
    assert names(signed_in(cast.founder), **asked) == expected


def test_where_nobody_fits_the_page_says_so_and_shows_the_way_back(cast, signed_in):
    page = signed_in(cast.founder).get(reverse("mentoring:mentors"), {"q": "nobody"}).content.decode()
    assert "Nobody fits all of that." in page
    assert "There are 3 mentors." in page
    assert 'value="nobody"' in page


def test_whoever_cannot_book_is_not_asked_about_time(cast, signed_in):
    page = signed_in(cast.manager).get(reverse("mentoring:mentors")).content.decode()
    assert 'name="q"' in page
    assert 'name="soon"' not in page


def test_words_are_found_whatever_their_accents_and_case():
    assert has_words("élan  PARIS", ["Paris", "Elan vital"])
    assert not has_words("elan lyon", ["Paris", "Elan vital"])
    assert has_words("", [])


def test_a_narrowed_list_costs_no_more_queries_with_thirty_mentors(cast, signed_in):
    client, path = signed_in(cast.founder), reverse("mentoring:mentors") + "?soon=1&new=1&q=e"

    def queries():
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    few = queries()
    for _number in range(15):
        mentor = make_mentor(cast.call)
        mentor.other_days.create(first_day=JANUARY.date(), last_day=JANUARY.date())
        make_session(make_mentor(cast.call), cast.membership, JANUARY, status="cancelled")
    assert queries() == few
