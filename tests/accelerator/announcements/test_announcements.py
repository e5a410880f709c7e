"""Announcements: who reads one, between which moments, that it is put away by its reader alone, and changed by managers."""

from datetime import timedelta

import factories
import factories_founder as founders
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories_cohort import JANUARY, make_cohort_cast
from page_forms import shown

from accelerator import history
from accelerator.announcements import announcing, reading
from accelerator.groups import audiences
from accelerator.models import Announcement, AnnouncementPutAway, HistoryEntry, OutboxMessage
from accelerator.transitions import NotAllowed

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING
WORDS = "The office is closed on Friday."


def announced(cast, to="applications.teams", *, place=None, text=WORDS, now=NOW, **moments):
    group = audiences.group(cast.manager, to, place or cast.call.pk)
    wanted = {"starts_at": None, "ends_at": now + timedelta(days=7), **moments}
    return announcing.announce(group, text=text, by=cast.manager, now=now, **wanted)


def page_of(signed_in, person, address):
    return signed_in(person).get(address, follow=True).content.decode()


@pytest.fixture(autouse=True)
def then(request):
    factories.at(NOW)


MINE = "applying:my_applications"
QUEUE = "reviewing:review_queue"


# --- Who reads it ---------------------------------------------------------------------------------------
def test_founders_read_what_is_announced_to_them_on_their_pages_and_no_mail_goes_out(cast, signed_in):
    announced(cast)
    assert WORDS in page_of(signed_in, cast.founder, reverse(MINE))
    assert WORDS in page_of(signed_in, cast.founder, cast.application.get_absolute_url())
    assert WORDS not in page_of(signed_in, cast.reviewer, reverse(QUEUE))
    assert WORDS not in page_of(signed_in, cast.stranger, reverse(MINE))
    assert not OutboxMessage.objects.exists()


def test_reviewers_read_it_at_the_head_of_their_queue_and_home(cast, signed_in):
    announced(cast, "applications.reviewers")
    assert WORDS in page_of(signed_in, cast.reviewer, reverse(QUEUE))
    assert WORDS in page_of(signed_in, cast.reviewer, reverse("admin:index"))
    assert WORDS not in page_of(signed_in, cast.founder, reverse(MINE))


def test_a_reviewer_whose_role_has_ended_reads_it_no_more(cast):
    announced(cast, "applications.reviewers")
    assert reading.shown_to(cast.reviewer, NOW)
    cast.reviewer.roles.update(ended_at=NOW)
    assert not reading.shown_to(cast.reviewer, NOW)


def test_who_withdrew_or_is_in_another_call_is_not_told(cast):
    announced(cast)
    assert reading.shown_to(cast.founder, NOW)
    cast.application.withdrawn_at = NOW
    type(cast.application).objects.filter(pk=cast.application.pk).update(status="withdrawn")
    assert not reading.shown_to(cast.founder, NOW)
    other = factories.make_call(cast.call.programme, slug="2030")
    founders.make_draft(other, cast.stranger, name="Elsewhere")
    assert not reading.shown_to(cast.stranger, NOW)


def test_members_and_mentors_read_it_on_the_pages_of_the_cohort(cast, signed_in):
    inside = make_cohort_cast(cast)
    factories.at(JANUARY)
    cohort = inside.membership.cohort
    announced(cast, "cohorts.members", place=cohort.pk, text="Bring your badge.", now=JANUARY)
    announced(cast, "mentoring.mentors", place=cast.call.programme.pk, text="Say your hours.", now=JANUARY)
    member = page_of(signed_in, cast.founder, inside.membership.get_absolute_url())
    assert "Bring your badge." in member
    assert "Say your hours." not in member
    assert "Bring your badge." in page_of(signed_in, cast.founder, cohort.get_absolute_url())
    assert "Say your hours." in page_of(signed_in, inside.mentor, reverse("mentoring:mentors"))


# --- When -----------------------------------------------------------------------------------------------
def test_it_is_shown_from_its_moment_until_its_end(cast):
    begins, ends = NOW + timedelta(hours=1), NOW + timedelta(days=2)
    announced(cast, starts_at=begins, ends_at=ends)
    tick = timedelta(microseconds=1)
    assert [
        bool(reading.shown_to(cast.founder, at)) for at in (begins - tick, begins, ends - tick, ends)
    ] == [False, True, True, False]


@pytest.mark.parametrize(
    ("begins", "ends", "says"),
    [
        (None, timedelta(0), "That moment is over"),
        (timedelta(days=2), timedelta(days=1), "It would end before it begins"),
        (None, timedelta(days=400), "more than a year ahead"),
    ],
)
def test_moments_that_make_no_sense_are_refused(cast, begins, ends, says):
    with pytest.raises(NotAllowed, match=says):
        announced(cast, starts_at=begins and NOW + begins, ends_at=NOW + ends)


def test_more_than_five_at_once_nobody_reads(cast):
    for _time in range(announcing.MOST):
        announced(cast)
    with pytest.raises(NotAllowed, match="End one of them first"):
        announced(cast)
    announced(cast, "applications.reviewers")


# --- Put away -------------------------------------------------------------------------------------------
def test_a_reader_puts_it_away_for_themselves_alone_and_comes_back_to_their_page(cast, signed_in):
    made = announced(cast)
    address = reverse("announcements:put_away", args=[made.public_id])
    client = signed_in(cast.founder)
    for _time in range(2):
        answer = client.post(address, {"next": reverse(MINE)})
        assert (answer.status_code, answer.url) == (302, reverse(MINE))
    assert AnnouncementPutAway.objects.count() == 1
    assert WORDS not in client.get(reverse(MINE)).content.decode()
    assert WORDS in page_of(signed_in, cast.co_founder, reverse(MINE))


def test_putting_away_leads_to_no_other_site_and_is_for_its_readers(cast, signed_in):
    made = announced(cast)
    address = reverse("announcements:put_away", args=[made.public_id])
    assert signed_in(cast.founder).post(address, {"next": "https://evil.example/"}).url == "/"
    assert signed_in(cast.reviewer).post(address).status_code == 404
    assert signed_in(cast.founder).get(address).status_code == 405


# --- Managers -------------------------------------------------------------------------------------------
def typed(**changes):
    return {
        "text": WORDS,
        "from_day": "",
        "from_at": "",
        "until_day": "2023-12-20",
        "until_at": "18:00",
        **changes,
    }


def test_a_manager_announces_in_the_browser_on_the_clock_of_the_programme(cast, signed_in):
    client = signed_in(cast.manager)
    choose = client.get(reverse("announcements:choose")).content.decode()
    address = reverse("announcements:write", args=["applications.teams", cast.call.pk])
    assert address in choose
    assert reverse("announcements:write", args=["applications.drafts", cast.call.pk]) not in choose
    assert client.post(address, typed()).status_code == 302
    made = Announcement.objects.get()
    assert (made.starts_at, made.ends_at.isoformat()) == (NOW, "2023-12-20T17:00:00+00:00")
    assert WORDS in client.get(reverse("announcements:every")).content.decode()
    assert HistoryEntry.objects.about(made).get().action == "announcement.made"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"until_day": "2023-12-01"}, "That moment is over"),
        ({"from_day": "2023-12-22", "from_at": "09:00"}, "It would end before it begins"),
        ({"from_day": "2023-12-15"}, "Say at what time, too."),
        ({"until_day": "2024-03-31", "until_at": "02:30"}, "The clocks change then"),
        ({"text": "x" * 700}, "600"),
        ({"until_day": "9999-12-31"}, "more than a year ahead"),
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(cast, signed_in, changes, says):
    address = reverse("announcements:write", args=["applications.teams", cast.call.pk])
    answer = signed_in(cast.manager).post(address, typed(**changes))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert says in page
    assert typed(**changes)["text"] in page
    assert not Announcement.objects.exists()


def test_other_words_are_seen_again_by_who_had_put_them_away_other_moments_are_not(cast, signed_in):
    made = announced(cast)
    announcing.put_away(made, by=cast.founder, now=NOW)
    client = signed_in(cast.manager)
    address = reverse("announcements:change", args=[made.public_id])
    client.post(address, shown(client, address, "until_day") | {"until_day": "2023-12-27"})
    assert not reading.shown_to(cast.founder, NOW)
    client.post(address, shown(client, address, "until_day") | {"text": "It is open after all."})
    assert [one.text for one in reading.shown_to(cast.founder, NOW)] == ["It is open after all."]
    told = " ".join(str(line) for line in history.told(history.of(made), cast.call.zone))
    assert "Announcement changed" in told


def test_a_change_from_an_old_page_is_refused_once_and_kept(cast, signed_in):
    made = announced(cast)
    other = factories.make_manager(cast.call.programme, "Ada Lovelace")
    mine, theirs = signed_in(cast.manager), factories.sign_in(type(signed_in(cast.manager))(), other)
    address = reverse("announcements:change", args=[made.public_id])
    old = shown(mine, address, "until_day")
    theirs.post(address, shown(theirs, address, "until_day") | {"text": "Theirs."})
    refused = mine.post(address, old | {"text": "Mine."}).content.decode()
    assert "Changed meanwhile by Ada Lovelace" in refused
    assert "Mine." in refused
    made.refresh_from_db()
    assert made.text == "Theirs."
    ended = mine.post(reverse("announcements:end", args=[made.public_id]), {"seen": old["seen"]}, follow=True)
    assert "Changed meanwhile by Ada Lovelace" in ended.content.decode()


def test_it_is_ended_early_and_shown_again(cast, signed_in):
    made = announced(cast)
    client = signed_in(cast.manager)
    address = reverse("announcements:change", args=[made.public_id])
    seen = shown(client, address, "until_day")["seen"]
    said = client.post(reverse("announcements:end", args=[made.public_id]), {"seen": seen}, follow=True)
    again = reverse("announcements:show_again", args=[made.public_id])
    assert again in said.content.decode()
    assert not reading.shown_to(cast.founder, NOW)
    refused = client.post(address, typed(text="Too late.", seen="9")).content.decode()
    assert "It is over." in refused
    assert "Too late." in refused
    client.post(again)
    assert reading.shown_to(cast.founder, NOW)
    assert [entry.action for entry in HistoryEntry.objects.about(made).order_by("pk")] == [
        "announcement.made",
        "announcement.ended",
        "announcement.shown_again",
    ]


def test_what_has_run_out_is_not_shown_again(cast):
    made = announced(cast)
    announcing.end(made, seen="1", by=cast.manager, now=NOW)
    with pytest.raises(NotAllowed, match="Its time has run out"):
        announcing.show_again(made, by=cast.manager, now=NOW + timedelta(days=8))


def test_a_manager_who_applied_to_the_call_announces_nothing_there(cast, signed_in):
    made = announced(cast)
    other = factories.make_manager(cast.call.programme, "Paul Varga")
    factories.make_application(cast.call, other, name="Own")
    client = signed_in(other)
    for name, arguments in (("change", [made.public_id]), ("write", ["applications.teams", cast.call.pk])):
        assert client.get(reverse(f"announcements:{name}", args=arguments)).status_code == 404
    assert WORDS not in client.get(reverse("announcements:every")).content.decode()


def test_the_list_and_the_pages_ask_as_much_for_twenty_as_for_one(cast, signed_in):
    def count(person, address):
        client = signed_in(person)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    pages = [(cast.manager, reverse("announcements:every")), (cast.founder, reverse(MINE))]
    announced(cast)
    before = [count(*page) for page in pages]
    row = Announcement.objects.get()
    for _time in range(20):
        row.pk, row.public_id = None, Announcement._meta.get_field("public_id").get_default()
        row.save(force_insert=True)
    assert [count(*page) for page in pages] == before
