"""A mentor's hours page: times as people type them, days that differ, own terms, and the two weeks as they are offered."""

from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import factories
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories_cohort import JANUARY, TUESDAY_14H, make_cohort_cast, make_event, make_session

from accelerator.models import OutboxMessage
from mentoring.mentors import other_days, profiles
from mentoring.mentors.availability import Exceptional
from mentoring.sessions import openings, preview


@pytest.fixture
def cast(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


@pytest.fixture
def mentor(cast):
    return cast.mentor_profile


@pytest.fixture
def client(cast, signed_in):
    return signed_in(cast.mentor)


def hours_of(mentor):
    return reverse("mentoring:edit_hours", args=[mentor.public_id])


def save(client, mentor, *lines, **fields):
    data = {
        "session_minutes": "45",
        "notice_hours": "24",
        "week-TOTAL_FORMS": len(lines),
        "week-INITIAL_FORMS": 0,
    }
    for number, (weekday, starts, ends) in enumerate(lines):
        data |= {
            f"week-{number}-weekday": weekday,
            f"week-{number}-starts": starts,
            f"week-{number}-ends": ends,
        }
    return client.post(hours_of(mentor), data | fields)


def add(client, mentor, **fields):
    path = reverse("mentoring:add_other_day", args=[mentor.public_id])
    return client.post(path, {"other-" + name: value for name, value in fields.items()}, follow=True)


def text(answer) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def starts(mentor, membership):
    return [slot.starts_at for slot in openings.slots(mentor, membership, now=JANUARY)]


def lines(mentor):
    return [str(row) for row in mentor.availability.all()]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (("9am", "5pm"), "Tuesday 09:00–17:00"),
        (("17h30", "7:30 p.m."), "Tuesday 17:30–19:30"),
        (("20:00", "24:00"), "Tuesday 20:00–24:00"),
        (("8 pm", "midnight"), "Tuesday 20:00–24:00"),
        (("22:00", "2am"), "Tuesday 22:00–02:00"),
        (("0:00", "24:00"), "Tuesday 00:00–24:00"),
    ],
)
def test_hours_are_read_as_people_type_them_until_midnight_and_over_it(client, mentor, typed, kept):
    assert save(client, mentor, (1, *typed)).status_code == 302
    assert lines(mentor) == [kept]
    assert text(client.get(hours_of(mentor))).count('value="24:00"') == kept.count("24:00")


def test_an_end_before_its_beginning_is_no_night_of_twenty_hours(client, mentor):
    page = text(save(client, mentor, (1, "10:00", "9:00")))
    assert "over midnight it would last 23 hours" in page
    assert lines(mentor) == ["Tuesday 14:00–17:00"]
    assert "The end must come after the beginning." in text(save(client, mentor, (1, "10:00", "10:00")))


def test_a_mentors_own_terms_are_kept_and_an_empty_one_is_the_programmes(client, mentor, cast):
    save(
        client,
        mentor,
        (1, "14:00", "18:00"),
        horizon_days="7",
        startup_per_week="",
        country="DE",
        region="Bayern",
    )
    mentor.refresh_from_db()
    assert (mentor.horizon_days, mentor.startup_per_week) == (7, None)
    assert (mentor.country, mentor.region) == ("DE", "BY")
    assert mentor.hours_set_at == JANUARY
    assert mentor.terms.startup_per_week == 2
    assert max(starts(mentor, cast.membership)) < JANUARY + timedelta(days=7)
    assert 'placeholder="42"' in text(client.get(hours_of(mentor)))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("horizon_days", "367", "less than or equal to 366"),
        ("most_per_day", "0", "greater than or equal to 1"),
        ("startup_in_all", "99999999999", "less than or equal to 200"),
        ("buffer_minutes", "-5", "greater than or equal to 0"),
        ("country", "XX", "Select a valid choice"),
        ("region", "Atlantis", "Choose one of these: "),
    ],
)
def test_terms_that_cannot_be_are_refused_where_they_stand(client, mentor, field, typed, said):
    page = text(save(client, mentor, (1, "9am", "5pm"), **{field: typed}))
    assert said in page
    assert typed in page
    assert lines(mentor) == ["Tuesday 14:00–17:00"]


def test_a_week_off_is_added_offered_to_nobody_and_removed(client, mentor, cast):
    page = text(add(client, mentor, what="off", first_day="2024-01-22", last_day="2024-01-28", note="Skiing"))
    assert "22 January 2024 – 28 January 2024: away (Skiing)" in page
    week = TUESDAY_14H + timedelta(days=7)
    assert week not in starts(mentor, cast.membership)
    row = mentor.other_days.get()
    client.post(reverse("mentoring:remove_other_day", args=[mentor.public_id, row.pk]))
    assert week in starts(mentor, cast.membership)


def test_extra_hours_on_one_day_are_offered(client, mentor, cast):
    add(client, mentor, what="extra", first_day="2024-01-19", starts="9am", ends="10h30")
    assert datetime(2024, 1, 19, 8, tzinfo=UTC) in starts(mentor, cast.membership)


def test_whoever_goes_away_hears_of_the_sessions_in_that_time(client, mentor, cast):
    page = text(add(client, mentor, what="off", first_day="2024-01-16"))
    assert "1 session is booked in that time. It stays until you move or cancel it." in page
    cast.session.refresh_from_db()
    assert cast.session.is_booked


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"what": "off", "first_day": "2024-01-01"}, "That is over."),
        (
            {"what": "off", "first_day": "2024-02-10", "last_day": "2024-02-09"},
            "must not come before the first",
        ),
        ({"what": "off", "first_day": "2024-02-10", "last_day": "2025-02-10"}, "more than a year"),
        ({"what": "extra", "first_day": "2024-02-10"}, "Say from when to when"),
        ({"what": "off", "first_day": "2024-02-10", "starts": "9am"}, "Give both times"),
        (
            {"what": "extra", "first_day": "2024-02-10", "starts": "17h", "ends": "16h"},
            "it would last 23 hours",
        ),
        ({"what": "off", "first_day": "soon"}, "Enter a valid date"),
    ],
)
def test_days_that_make_no_sense_are_refused_and_stay_typed(client, mentor, fields, said):
    page = text(add(client, mentor, **{"note": "Do not lose me", **fields}))
    assert said in page
    assert "Do not lose me" in page
    assert not mentor.other_days.exists()


def test_the_same_days_are_noted_once_and_not_without_end(mentor):
    days = Exceptional(date(2024, 2, 1), date(2024, 2, 2), is_off=True)
    other_days.add(mentor, days, by=mentor.user, now=JANUARY)
    with pytest.raises(other_days.NotAllowed, match="stands there already"):
        other_days.add(mentor, days, by=mentor.user, now=JANUARY)
    for n in range(other_days.MOST - 1):
        day = date(2024, 3, 1) + timedelta(days=n)
        other_days.add(mentor, Exceptional(day, day, is_off=True), by=mentor.user, now=JANUARY)
    with pytest.raises(other_days.NotAllowed, match="60 such days"):
        other_days.add(
            mentor, Exceptional(date(2024, 9, 1), date(2024, 9, 1), True), by=mentor.user, now=JANUARY
        )


def test_nobody_removes_anothers_days(cast, client):
    other = cast.other_mentor_profile
    row = other.other_days.create(first_day=JANUARY.date(), last_day=JANUARY.date())
    for mentor in (other, cast.mentor_profile):
        answer = client.post(reverse("mentoring:remove_other_day", args=[mentor.public_id, row.pk]))
        assert answer.status_code in (403, 404)
    assert other.other_days.exists()


def test_a_manager_acts_in_a_mentors_place_with_a_reason_that_is_told(cast, mentor):
    manager = factories.sign_in(Client(), cast.manager)
    page = text(add(manager, mentor, what="off", first_day="2024-02-10", note="Ill"))
    assert not mentor.other_days.exists()
    assert "Why do you do this in their place?" in page
    add(manager, mentor, what="off", first_day="2024-02-10", on_behalf="She rang us")
    row = mentor.other_days.get()
    path = reverse("mentoring:remove_other_day", args=[mentor.public_id, row.pk])
    assert "Why do you do this in their place?" in text(manager.get(path))
    manager.post(path)
    assert mentor.other_days.exists()
    factories.at(JANUARY + timedelta(hours=1))
    manager.post(path, {"on_behalf": "She is well again"})
    assert not mentor.other_days.exists()
    told = OutboxMessage.objects.filter(kind="mentoring.done_in_your_place", recipient=mentor.user)
    assert ["She rang us" in mail.text or "She is well again" in mail.text for mail in told] == [True, True]


def on(mentor, day, now=JANUARY):
    (found,) = [one for one in preview.two_weeks(mentor, now) if one.day == day]
    return [f"{slot.starts_at.astimezone(mentor.zone):%H:%M}" for slot in found.slots], found.notes


def test_the_two_coming_weeks_are_shown_as_they_will_be_offered(mentor, cast):
    tuesday, next_tuesday = date(2024, 1, 16), date(2024, 1, 23)
    assert on(mentor, tuesday) == (["14:45", "15:30", "16:15"], ["Booked: Papyrus 14:00"])
    make_event(cast.call, TUESDAY_14H + timedelta(days=7), title="Mentor matching day", minutes=60)
    assert on(mentor, next_tuesday) == (["15:30", "16:15"], ["Mentor matching day 14:00–15:00"])
    mentor.other_days.create(first_day=next_tuesday, last_day=next_tuesday)
    assert on(type(mentor).objects.get(pk=mentor.pk), next_tuesday)[0] == []
    assert on(mentor, date(2024, 1, 17)) == ([], [])


def test_a_holiday_is_named_on_its_day(mentor):
    profiles.set_hours(
        mentor,
        [profiles.Rule(0, time(9), time(12))],
        session_minutes=45,
        notice_hours=24,
        is_paused=False,
        own_terms={},
        by=mentor.user,
        now=JANUARY,
    )
    assert on(mentor, date(2024, 4, 1), datetime(2024, 3, 28, 9, tzinfo=UTC)) == ([], ["Easter Monday"])


def test_what_the_preview_shows_can_be_booked(client, mentor, cast):
    shown = {slot.starts_at for one in preview.two_weeks(mentor, JANUARY) for slot in one.slots}
    assert shown == {at for at in starts(mentor, cast.membership) if at < JANUARY + timedelta(days=13)}


def test_the_hours_page_costs_no_more_queries_with_thirty_of_everything(client, mentor, cast):
    def queries():
        client.get(hours_of(mentor))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(hours_of(mentor)).status_code == 200
        return len(asked)

    mentor.other_days.create(first_day=date(2024, 3, 1), last_day=date(2024, 3, 1))
    few = queries()
    for n in range(30):
        day = date(2024, 3, 1) + timedelta(days=n)
        mentor.other_days.create(first_day=day, last_day=day)
        make_event(cast.call, TUESDAY_14H + timedelta(hours=3 + n))
        make_session(mentor, cast.membership, TUESDAY_14H + timedelta(hours=3 + n))
    assert queries() == few
