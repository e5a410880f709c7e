"""Mentoring as it is clicked through: three clicks to a session, a minute to a log."""

from datetime import timedelta
from html import unescape

import factories
import pytest
from django.urls import reverse
from factories_cohort import JANUARY, TUESDAY_14H, make_cohort_cast, make_membership, make_session

from accelerator.models import User
from mentoring.models import Mentor, MentoringSession

AFTER = TUESDAY_14H + timedelta(hours=1)


@pytest.fixture
def cast(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def read(client, path) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return unescape(response.content.decode())


def address_in(page: str, beginning: str) -> str:
    """The first link that begins so, as a click would follow it."""
    start = page.index(f'href="{beginning}') + len('href="')
    return page[start : page.index('"', start)]


def test_a_session_is_three_clicks_away(cast, signed_in):
    founder = signed_in(cast.founder)
    mentor = address_in(read(founder, reverse("mentoring:mentors")), cast.mentor_profile.get_absolute_url())
    slot = address_in(read(founder, mentor), f"{mentor}book/?at=")
    page = read(founder, slot)
    start = page.index('name="starts_at" value="') + len('name="starts_at" value="')
    booking = {"starts_at": page[start : page.index('"', start)], "topic": "Is our test set any good?"}
    booked = founder.post(slot, booking, follow=True)
    session = MentoringSession.objects.get(topic="Is our test set any good?")
    assert booked.redirect_chain == [(session.get_absolute_url(), 302)]
    assert session.starts_at == TUESDAY_14H + timedelta(minutes=45)


def test_a_time_that_has_gone_while_one_was_reading_is_said_kindly(cast, signed_in):
    founder = signed_in(cast.founder)
    path = reverse("mentoring:book_session", args=[cast.mentor_profile.public_id])
    answer = founder.post(path, {"starts_at": TUESDAY_14H.isoformat(), "topic": "Too late"})
    assert answer.status_code == 200
    assert "That time is no longer free." in answer.content.decode()
    assert not MentoringSession.objects.filter(topic="Too late").exists()


@pytest.mark.parametrize("at", ["", "?at=tomorrow", "?at=2024-01-16T14:00", "?at=2024-13-45T99:99Z"])
def test_an_address_that_names_no_moment_leads_back_to_the_free_times(cast, signed_in, at):
    path = reverse("mentoring:book_session", args=[cast.mentor_profile.public_id]) + at
    assert signed_in(cast.founder).get(path).headers["Location"] == cast.mentor_profile.get_absolute_url()


def test_the_private_note_is_for_the_mentor_and_the_managers(cast, client):
    path = cast.past_session.get_absolute_url()
    for reader, sees in [(cast.mentor, True), (cast.manager, True), (cast.founder, False)]:
        page = read(factories.sign_in(client, reader), path)
        assert "We listened to ten recordings." in page
        assert ("Tired, but on course." in page) is sees


def test_before_a_session_one_sees_goals_last_notes_and_what_is_still_open(cast, signed_in):
    page = read(signed_in(cast.mentor), cast.session.get_absolute_url())
    for context in (
        "Ten paying notaries",
        "We listened to ten recordings.",
        "Sort the worst errors by cause",
    ):
        assert context in page


def test_a_log_needs_nothing_but_the_button(cast, signed_in):
    factories.at(AFTER)
    mentor = signed_in(cast.mentor)
    path = reverse("mentoring:log_session", args=[cast.session.public_id])
    assert 'name="minutes" value="45"' in read(mentor, path)
    mentor.post(path, {"outcome": "held", "minutes": "45"})
    cast.session.refresh_from_db()
    assert cast.session.is_held
    assert cast.session.log.minutes == 45


def test_a_log_closes_what_was_open_and_writes_down_what_is_next(cast, signed_in):
    factories.at(AFTER)
    told = {
        "outcome": "held",
        "minutes": "50",
        "done": [cast.action_item.pk],
        "action_items": "- Ask three notaries\n\n• Publish the test set\n",
    }
    signed_in(cast.mentor).post(reverse("mentoring:log_session", args=[cast.session.public_id]), told)
    cast.action_item.refresh_from_db()
    assert cast.action_item.is_done
    assert [item.text for item in cast.session.action_items.all()] == [
        "Ask three notaries",
        "Publish the test set",
    ]


def test_a_log_closes_what_another_mentor_agreed_on_but_nothing_of_another_startup(cast, signed_in):
    factories.at(AFTER)
    kestrel = make_membership(cast.application.call, name="Kestrel")
    told = {"outcome": "held", "minutes": "30", "done": [cast.action_item.pk]}
    for membership, minutes, is_done in ((kestrel, 70, False), (cast.membership, 15, True)):
        begun = AFTER - timedelta(minutes=minutes)
        theirs = make_session(cast.other_mentor_profile, membership, begun)
        signed_in(cast.other_mentor).post(reverse("mentoring:log_session", args=[theirs.public_id]), told)
        cast.action_item.refresh_from_db()
        assert cast.action_item.is_done == is_done


def test_a_session_nobody_booked_is_logged_on_the_mentors_clock(cast, signed_in):
    User.objects.filter(pk=cast.mentor.pk).update(time_zone="America/New_York")
    factories.at(AFTER)
    told = {"membership": cast.membership.pk, "on": "2024-01-15", "at": "18:30", "minutes": "30"}
    signed_in(cast.mentor).post(reverse("mentoring:log_unbooked", args=[cast.mentor_profile.public_id]), told)
    session = MentoringSession.objects.get(was_booked=False)
    assert session.starts_at.isoformat() == "2024-01-15T23:30:00+00:00"


def test_a_session_is_moved_by_two_clicks_and_cancelled_with_a_reason(cast, signed_in):
    founder = signed_in(cast.founder)
    move = reverse("mentoring:move_session", args=[cast.session.public_id])
    chosen = read(founder, address_in(read(founder, move), f"{move}?at="))
    assert "Move it there" in chosen
    later = TUESDAY_14H + timedelta(minutes=90)
    founder.post(move, {"starts_at": later.isoformat()})
    cast.session.refresh_from_db()
    assert cast.session.starts_at == later
    cancel = reverse("mentoring:cancel_session", args=[cast.session.public_id])
    founder.post(cancel, {"reason": ""})
    founder.post(cancel, {"reason": "The demo broke"})
    cast.session.refresh_from_db()
    assert cast.session.is_cancelled
    assert "The demo broke" in read(founder, cast.session.get_absolute_url())


def week(*lines, **fields) -> dict:
    data = {
        "session_minutes": 30,
        "notice_hours": 12,
        "week-TOTAL_FORMS": len(lines),
        "week-INITIAL_FORMS": 0,
    }
    for number, (weekday, starts, ends) in enumerate(lines):
        data |= {
            f"week-{number}-weekday": weekday,
            f"week-{number}-starts": starts,
            f"week-{number}-ends": ends,
        }
    return data | fields


def test_a_mentor_replaces_their_hours_and_an_empty_line_is_left_out(cast, signed_in):
    path = reverse("mentoring:edit_hours", args=[cast.mentor_profile.public_id])
    signed_in(cast.mentor).post(path, week((2, "10:00", "12:00"), (3, "", ""), is_paused="on"))
    cast.mentor_profile.refresh_from_db()
    assert [str(row) for row in cast.mentor_profile.availability.all()] == ["Wednesday 10:00–12:00"]
    assert cast.mentor_profile.session_minutes == 30
    assert cast.mentor_profile.is_paused


@pytest.mark.parametrize(
    "lines",
    [[(0, "10:00", "09:00")], [(0, "10:00", "")], [(0, "09:00", "10:00"), (0, "09:00", "11:00")]],
    ids=["ends before it begins", "no end", "twice the same beginning"],
)
def test_hours_that_make_no_sense_are_refused_and_the_old_ones_stay(cast, signed_in, lines):
    path = reverse("mentoring:edit_hours", args=[cast.mentor_profile.public_id])
    assert signed_in(cast.mentor).post(path, week(*lines)).status_code == 200
    assert [str(row) for row in cast.mentor_profile.availability.all()] == ["Tuesday 14:00–17:00"]


def test_a_mentor_is_listed_from_the_first_profile_on(cast, signed_in):
    newcomer = factories.make_user("Sára Kocsis", time_zone="Europe/Budapest")
    programme = cast.mentor_profile.programme
    partner = programme.partners.get(slug="hugging-face")
    factories.give_role(newcomer, programme, "mentor", partner)
    client = signed_in(newcomer)
    path = reverse("mentoring:edit_mentor", args=[programme.slug])
    saved = client.post(path, {"headline": "Search", "topics": ["language"]})
    mentor = Mentor.objects.get(user=newcomer)
    assert mentor.partner == partner
    assert saved.headers["Location"] == reverse("mentoring:edit_hours", args=[mentor.public_id])


def test_a_founder_of_another_startup_sees_neither_sessions_nor_actions(cast, signed_in):
    rival = make_membership(cast.call, name="Halyard").startup.members.get().user
    page = read(signed_in(rival), cast.membership.get_absolute_url())
    assert "Ten paying notaries" in page
    assert "Sort the worst errors by cause" not in page
    assert cast.session.get_absolute_url() not in page
