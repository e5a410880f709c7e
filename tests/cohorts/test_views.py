"""The pages of being in: offers answered, goals set, the calendar on everybody's own clock."""

from datetime import UTC, datetime, timedelta
from html import unescape

import factories
import pytest
from django.urls import reverse
from factories_cohort import JANUARY, make_cohort_cast, make_event, make_mentor, make_offer

from accelerator.messages import reminders
from applications.models import Offer
from cohorts.models import Membership


@pytest.fixture
def offer(cast):
    return make_offer(cast.application, cast.manager)


def read(client, path) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return unescape(response.content.decode())


def answer(client, offer, **data):
    return client.post(offer.get_absolute_url(), data)


def test_an_offer_says_until_when_in_words_people_use(cast, offer, signed_in):
    factories.at(offer.expires_at - timedelta(days=2))
    page = read(signed_in(cast.founder), offer.get_absolute_url())
    assert "Tuesday 26 December 2023" in page
    assert "23:59 Paris time" in page
    assert "27 December" not in page


def test_the_application_leads_to_its_offer_once_that_is_out(cast, offer, signed_in):
    factories.at(offer.offered_at)
    founder, application = signed_in(cast.founder), cast.application.get_absolute_url()
    page = read(founder, application)
    assert "there is an offer for you" in page
    assert f'href="{offer.get_absolute_url()}"' in page
    answer(founder, offer, answer="accept", confirm="on", name="Lena Aubry")
    assert "You are in: you have accepted the place." in read(founder, application)


def test_the_receipt_promises_no_answer_that_is_out(cast, offer, signed_in):
    factories.at(offer.offered_at)
    receipt = reverse("applying:receipt", args=[cast.application.public_id, 1])
    assert "You hear from us" not in read(signed_in(cast.founder), receipt)


def test_accepting_in_the_last_microsecond_makes_a_member(cast, offer, signed_in):
    factories.at(offer.expires_at - factories.MICROSECOND)
    said = answer(signed_in(cast.co_founder), offer, answer="accept", confirm="on", name="Lena Aubry")
    assert said.headers["Location"] == Membership.objects.get().get_absolute_url()


def test_at_the_instant_of_its_end_an_offer_is_over(cast, offer, signed_in):
    factories.at(offer.expires_at)
    founder = signed_in(cast.founder)
    assert "This offer has ended" in read(founder, offer.get_absolute_url())
    answer(founder, offer, answer="accept", confirm="on", name="Lena Aubry")
    assert not Membership.objects.exists()


@pytest.mark.parametrize("choice", ["accept", "decline"])
def test_an_answer_without_its_tick_changes_nothing(cast, offer, signed_in, choice):
    factories.at(offer.offered_at)
    assert answer(signed_in(cast.founder), offer, answer=choice).status_code == 200
    offer.refresh_from_db()
    assert offer.status == Offer.Status.OPEN


def test_accepting_twice_makes_one_member_and_says_so(cast, offer, signed_in):
    factories.at(offer.offered_at)
    founder = signed_in(cast.founder)
    for _click in range(2):
        answer(founder, offer, answer="accept", confirm="on", name="Lena Aubry")
    assert Membership.objects.count() == 1
    assert "Papyrus is in" in read(founder, offer.get_absolute_url())


def test_a_declined_offer_thanks_and_cannot_be_taken_up_again(cast, offer, signed_in):
    factories.at(offer.offered_at)
    founder = signed_in(cast.founder)
    answer(founder, offer, answer="decline", confirm="on", reason="We move to Lyon")
    offer.refresh_from_db()
    factories.at(offer.declines_at)
    reminders.reconcile(offer.declines_at)
    answer(founder, offer, answer="accept", confirm="on", name="Lena Aubry")
    offer.refresh_from_db()
    assert offer.is_declined
    assert "Thank you for telling us" in read(founder, offer.get_absolute_url())


@pytest.fixture
def inside(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def test_a_team_sets_three_goals_reaches_one_and_drops_one(inside, signed_in):
    founder = signed_in(inside.founder)
    member = inside.membership
    for text in ("Word errors below 8 %", "A second country", "One too many"):
        said = founder.post(reverse("cohorts:set_goal", args=[member.public_id]), {"text": text})
    assert "Three goals are enough" in said.content.decode()
    first, second, _third = member.goals.standing()
    founder.post(reverse("cohorts:change_goal", args=[member.public_id, first.pk]), {"act": "reached"})
    drop = reverse("cohorts:drop_goal", args=[member.public_id, second.pk])
    assert drop in read(founder, member.get_absolute_url())
    assert "Drop this goal?" in read(founder, drop)
    assert second in member.goals.standing()  # asked, and not dropped yet
    founder.post(drop)
    assert [(goal.text, goal.is_reached) for goal in member.goals.standing()] == [
        ("Ten paying notaries", True),
        ("A second country", False),
    ]


def test_a_dropped_goal_keeps_its_words_and_comes_back(inside, signed_in):
    founder, goal = signed_in(inside.founder), inside.goal
    change = reverse("cohorts:change_goal", args=[inside.membership.public_id, goal.pk])
    founder.post(reverse("cohorts:drop_goal", args=[inside.membership.public_id, goal.pk]))
    assert not inside.membership.goals.standing().exists()
    page = read(founder, inside.membership.get_absolute_url())
    assert "1 dropped goal" in page
    assert goal.text in page
    assert goal.text not in read(signed_in(inside.mentor), inside.membership.get_absolute_url())
    founder = signed_in(inside.founder)
    founder.post(change, {"act": "bring_back"})
    assert list(inside.membership.goals.standing()) == [goal]


def test_a_dropped_goal_comes_back_only_where_there_is_room(inside, signed_in):
    founder, member = signed_in(inside.founder), inside.membership
    change = reverse("cohorts:change_goal", args=[member.public_id, inside.goal.pk])
    founder.post(reverse("cohorts:drop_goal", args=[inside.membership.public_id, inside.goal.pk]))
    for text in ("Word errors below 8 %", "A second country", "A pilot"):
        founder.post(reverse("cohorts:set_goal", args=[member.public_id]), {"text": text})
    said = founder.post(change, {"act": "bring_back"}, follow=True)
    assert "Three goals are enough" in said.content.decode()
    assert member.goals.standing().count() == 3


def test_the_calendar_shows_each_reader_their_own_clock_and_names_both(inside, client, call):
    """New York changes its clocks on 10 March 2024, Paris on the 31st: in between they are an hour nearer."""
    for day in (4, 18):
        make_event(call, datetime(2024, 3, day, 9, tzinfo=UTC), title=f"Check-in {day}")
    make_event(call, datetime(2024, 4, 2, 8, tzinfo=UTC), title="Check-in after Easter")
    path = reverse("cohorts:calendar", args=[inside.cohort.public_id])
    paris = factories.sign_in(client, inside.founder)
    march, april = read(paris, path + "?month=2024-03"), read(paris, path + "?month=2024-04")
    assert march.count("10:00–10:45") == 4  # twice in the grid, twice in the list
    assert april.count("10:00–10:45") == 2
    assert "All times are Paris time." in march
    abroad = make_mentor(call, "Rachel Osei", zone="America/New_York").user
    new_york = read(factories.sign_in(client, abroad), path + "?month=2024-03")
    assert "04:00–04:45" in new_york
    assert "05:00–05:45" in new_york
    assert "New York time" in new_york
    assert "the programme lives by Paris time" in new_york


def test_ones_own_sessions_stand_in_the_calendar_and_nobody_elses(inside, client):
    path = reverse("cohorts:calendar", args=[inside.cohort.public_id]) + "?month=2024-01"
    mine = inside.session.get_absolute_url()
    assert mine in read(factories.sign_in(client, inside.founder), path)
    assert mine in read(factories.sign_in(client, inside.mentor), path)
    assert mine not in read(factories.sign_in(client, inside.other_mentor), path)


@pytest.mark.parametrize("month", ["", "2023-01", "2031-12", "spring"])
def test_a_month_outside_the_programme_shows_the_nearest_or_the_present_one(inside, signed_in, month):
    path = reverse("cohorts:calendar", args=[inside.cohort.public_id])
    assert "January 2024" in read(signed_in(inside.founder), f"{path}?month={month}")


def test_a_cohort_before_its_first_event_says_what_will_be_there(inside, signed_in):
    inside.event.delete()
    page = read(signed_in(inside.other_mentor), inside.cohort.get_absolute_url())
    assert "Nothing is planned from here on." in page
