"""A calendar application reads at a private address what its person may see, and nothing else, until it is taken back."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import calendar_feeds
import factories
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories_cohort import (
    JANUARY,
    TUESDAY_14H,
    make_cohort_cast,
    make_event,
    make_membership,
    make_mentor,
    make_session,
)

from accelerator import clock
from accelerator.calendar import feeds
from accelerator.models import CalendarFeed
from accelerator.people import roles
from applications.reviewing import conflicts
from mentoring.sessions import booking

pytestmark = pytest.mark.django_db
PAGE = reverse("calendars:subscriptions")
DAY = timedelta(days=1)


@pytest.fixture
def cast(cast):
    factories.at(JANUARY)
    cache.clear()
    return make_cohort_cast(cast)


def address_of(user, of="mine") -> str:
    """As the page shows it to them, after a press."""
    client = factories.sign_in(Client(), user)
    assert client.post(PAGE, {"of": of}).status_code == 302
    address = feeds.address(CalendarFeed.objects.get(user=user, subject=of))
    assert address in client.get(PAGE).content.decode()
    return urlsplit(address).path


def read(path: str, **headers) -> list[calendar_feeds.Happens]:
    answer = Client().get(path, headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return calendar_feeds.read(answer.content)


def titles(path: str) -> set[str]:
    return {one.summary for one in read(path)}


def test_founder_and_mentor_read_their_sessions_and_the_events_without_signing_in(cast):
    for person in (cast.founder, cast.mentor):
        found = read(address_of(person))
        assert {one.starts_at for one in found} >= {cast.session.starts_at, cast.event.starts_at}
        session = next(one for one in found if one.starts_at == cast.session.starts_at)
        assert session.uid.startswith(str(cast.session.calendar_uid))
        assert session.status == "CONFIRMED"
    assert cast.session.starts_at not in {one.starts_at for one in read(address_of(cast.other_mentor))}


def test_titles_and_places_with_every_sign_read_the_same_in_both_parsers(cast):
    make_event(
        cast.call,
        TUESDAY_14H + DAY,
        title="Café; jury, “demo”\\n 日本語 " * 9,
        place="5, rue d’Été; 2e\nétage",
    )
    told = {one.summary: one.place for one in read(address_of(cast.founder))}
    assert told["Café; jury, “demo”\\n 日本語 " * 9] == "5, rue d’Été; 2e\nétage"


def test_a_session_that_is_moved_keeps_its_uid_and_says_a_higher_sequence(cast):
    path = address_of(cast.founder)
    before = next(one for one in read(path) if one.starts_at == cast.session.starts_at)
    later = TUESDAY_14H + timedelta(minutes=45)
    booking.reschedule(cast.session, starts_at=later, by=cast.founder, now=clock.now())
    after = next(one for one in read(path) if one.uid == before.uid)
    assert after.starts_at == later
    assert after.sequence > before.sequence


def test_what_was_cancelled_stands_as_cancelled_for_thirty_days_and_then_no_more(cast):
    path = address_of(cast.founder)
    booking.cancel(cast.session, reason="A strike", by=cast.founder, now=clock.now())
    uid = f"{cast.session.calendar_uid}"

    def status():
        return [one.status for one in read(path) if one.uid.startswith(uid)]

    assert status() == ["CANCELLED"]
    factories.at(JANUARY + 30 * DAY)
    assert status() == ["CANCELLED"]
    factories.at(JANUARY + 30 * DAY + factories.MICROSECOND)
    assert status() == []


def test_whoever_has_it_already_gets_no_text_until_it_changes(cast):
    path, client = address_of(cast.founder), Client()
    first = client.get(path)
    assert set(first["Cache-Control"].split(", ")) == {"private", "max-age=300"}
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    factories.at(JANUARY + timedelta(minutes=5))
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    make_event(cast.call, TUESDAY_14H + DAY)
    changed = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_a_manager_reads_a_programmes_a_startups_and_a_mentors(cast):
    other = make_membership(cast.call, name="Kestrel")
    theirs = make_session(cast.other_mentor_profile, other, TUESDAY_14H + 7 * DAY)
    programme = read(address_of(cast.manager, f"programme:{cast.call.programme.slug}"))
    assert {cast.session.starts_at, theirs.starts_at} <= {one.starts_at for one in programme}
    startup = read(address_of(cast.manager, f"startup:{cast.membership.startup.public_id}"))
    assert cast.session.starts_at in {one.starts_at for one in startup}
    assert theirs.starts_at not in {one.starts_at for one in startup}
    mentor = read(address_of(cast.manager, f"mentor:{cast.other_mentor_profile.public_id}"))
    assert theirs.starts_at in {one.starts_at for one in mentor}
    assert cast.session.starts_at not in {one.starts_at for one in mentor}


def test_a_conflict_takes_a_startup_out_of_what_a_manager_reads(cast):
    startup = cast.membership.startup
    path = address_of(cast.manager, f"programme:{cast.call.programme.slug}")
    of_startup = address_of(cast.manager, f"startup:{startup.public_id}")
    assert any(startup.name in title for title in titles(path))
    conflicts.recuse(cast.application, who=cast.manager, reason="A cousin", by=cast.manager, now=clock.now())
    assert not any(startup.name in title for title in titles(path))
    assert Client().get(of_startup).status_code == 404


def test_with_the_role_what_was_read_is_gone(cast):
    path = address_of(cast.manager, f"programme:{cast.call.programme.slug}")
    factories.make_manager(cast.call.programme, "Ada Lovelace")
    roles.end(cast.manager.roles.get(), by=None, now=clock.now())
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    "of", ["startup:{startup}", "programme:{programme}", "mentor:{mentor}", "x", "mine:"]
)
def test_nobody_else_makes_an_address_of_a_calendar_that_is_not_theirs(cast, signed_in, of):
    of = of.format(
        startup=cast.membership.startup.public_id,
        programme=cast.call.programme.slug,
        mentor=cast.mentor_profile.public_id,
    )
    for person in (cast.rival_founder, cast.mentor, cast.founder):
        answer = signed_in(person).post(PAGE, {"of": of}, follow=True)
        assert "You cannot look at that calendar" in answer.content.decode()
    assert not CalendarFeed.objects.exists()


def test_a_new_address_takes_the_earlier_ones_place_once(cast, signed_in):
    path, client = address_of(cast.founder), signed_in(cast.founder)
    feed = CalendarFeed.objects.get()
    seen = {"seen": feeds.fingerprint(feed)}
    anew = reverse("calendars:make_anew", args=[feed.pk])
    assert client.post(anew, seen).status_code == 302
    assert Client().get(path).status_code == 404
    feed.refresh_from_db()
    assert read(urlsplit(feeds.address(feed)).path)
    assert client.post(anew, seen).status_code == 409
    assert client.post(reverse("calendars:take_back", args=[feed.pk]), seen).status_code == 409
    assert (
        client.post(
            reverse("calendars:take_back", args=[feed.pk]), {"seen": feeds.fingerprint(feed)}
        ).status_code
        == 302
    )
    assert Client().get(urlsplit(feeds.address(feed)).path).status_code == 404


def test_an_address_is_not_to_be_guessed_and_a_copy_of_the_database_holds_none(cast):
    path = address_of(cast.founder)
    feed = CalendarFeed.objects.get()
    token = path.rpartition("/")[2].removesuffix(".ics")
    assert len(token) > 40
    assert token not in repr(CalendarFeed.objects.values().get())
    for guess in (feed.secret, token[:-1] + ("a" if token[-1] != "a" else "b"), f"{feed.secret}~"):
        assert Client().get(reverse("calendars:feed", args=[guess])).status_code == 404


def test_an_account_that_is_closed_reads_nothing(cast):
    path = address_of(cast.founder)
    type(cast.founder).objects.filter(pk=cast.founder.pk).update(is_active=False)
    assert Client().get(path).status_code == 404


def test_an_address_is_only_read_and_not_without_end(cast):
    path, client = address_of(cast.founder), Client()
    assert client.post(path).status_code == 405
    answers = [client.head(path) for _time in range(121)]
    assert answers[119].status_code == 200
    assert answers[120].status_code == 429
    assert int(answers[120]["Retry-After"]) > 0


def test_no_line_of_the_log_holds_an_address(cast, caplog):
    path = address_of(cast.founder)
    for guess in (path, path[:-6]):
        Client().post(guess)
    assert path.rpartition("/")[2][:20] not in caplog.text


def test_queries_do_not_grow_with_what_is_read(cast):
    path = address_of(cast.manager, f"programme:{cast.call.programme.slug}")
    Client().get(path)
    with CaptureQueriesContext(connection) as few:
        before = len(read(path))
    mentor = make_mentor(cast.call, "Ada Byron")
    members = [cast.membership, *(make_membership(cast.call, name=name) for name in ("Kestrel", "Halyard"))]
    for number in range(12):
        make_session(mentor, members[number % 3], TUESDAY_14H + (number + 1) * DAY)
        make_event(cast.call, TUESDAY_14H + number * DAY)
    with CaptureQueriesContext(connection) as many:
        assert len(read(path)) == before + 24
    assert len(many) == len(few)


def test_one_session_or_event_is_added_from_its_page(cast, signed_in):
    founder = signed_in(cast.founder)
    for thing, title in ((cast.session, "Papyrus"), (cast.event, "Cohort check-in")):
        page = founder.get(thing.get_absolute_url())
        links = page.context["adding"]
        assert links.file in page.content.decode()
        (one,) = calendar_feeds.read(founder.get(links.file).content)
        assert title in one.summary
        assert one.starts_at == thing.starts_at
        begins = f"{thing.starts_at:%Y%m%dT%H%M%SZ}"
        assert parse_qs(urlsplit(links.google).query)["dates"][0].startswith(begins)
        assert parse_qs(urlsplit(links.outlook).query)["startdt"] == [f"{thing.starts_at:%Y-%m-%dT%H:%M:%SZ}"]
    assert not founder.get(cast.past_session.get_absolute_url()).context["adding"]
