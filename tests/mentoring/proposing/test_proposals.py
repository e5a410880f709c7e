"""From too little ahead to a booking: a manager asks both sides at once, and each says yes by one link."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from html import unescape
from urllib.parse import urlsplit

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
    make_members,
    make_membership,
    make_mentor,
    make_proposal,
    make_session,
)

from accelerator import clock
from accelerator.messages import delivery
from accelerator.models import HistoryEntry, OutboxMessage
from applications.models import Call, Recusal
from mentoring.models import MentoringSession, ProposedSession
from mentoring.proposing import suggesting

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(days=7)
NEXT_TUESDAY = TUESDAY_14H + WEEK


@pytest.fixture
def season(call):
    factories.at(JANUARY)
    cache.clear()
    call.members = make_members(call, 2)
    call.mentor = make_mentor(call, "Hélène Kervella", topics=["language"])
    call.manager = factories.make_manager(call.programme, "Clémence Arnoux")
    return call


@pytest.fixture
def page_of(season, signed_in):
    """The page of the manager, and its address."""
    client = signed_in(season.manager)
    return client, reverse("mentoring_dashboard:too_little", args=[season.cohort.public_id])


def picks(page: str) -> list[str]:
    return re.findall(r'name="pick" checked\s+value="([^"]+)"', unescape(page))


def ask_all(page_of) -> str:
    client, path = page_of
    found = picks(client.get(path).content.decode())
    return unescape(client.post(path, {"pick": found}, follow=True).content.decode())


def links() -> dict[str, str]:
    """Where the mails lead, by their receivers' addresses."""
    delivery.deliver()
    found = {}
    for mail in OutboxMessage.objects.filter(kind="mentoring.session_proposed", status="sent"):
        assert "by-link" not in mail.text  # what is kept and shown
        body = message_from_bytes(bytes(mail.mime), policy=policy.default).get_body(("plain",)).get_content()
        [address] = re.findall(r"https?://\S+/by-link/proposal/\S+", body)
        found[mail.to_email] = urlsplit(address).path
    return found


def test_whoever_has_nothing_booked_ahead_is_found_with_an_hour_that_both_have(season, page_of):
    papyrus, kestrel = season.members
    make_session(season.mentor, papyrus, TUESDAY_14H)
    client, path = page_of
    page = client.get(path).content.decode()
    (pick,) = picks(page)
    startup, mentor, at = pick.split("|")
    assert (startup, mentor) == (kestrel.public_id, season.mentor.public_id)
    assert at > (JANUARY + 2 * DAY).isoformat()  # a day to answer, and a day's notice
    assert "they have not met" in page


def test_a_session_a_fortnight_away_or_cancelled_helps_nobody(season):
    papyrus, kestrel = season.members
    make_session(season.mentor, papyrus, JANUARY + suggesting.AHEAD)
    cancelled = {"status": MentoringSession.Status.CANCELLED}
    make_session(season.mentor, kestrel, TUESDAY_14H, **cancelled)
    assert suggesting.with_too_little(season.cohort, season.members, JANUARY) == season.members
    assert suggesting.with_too_little(season.cohort, season.members, season.cohort.ends_at) == []


def test_one_press_asks_both_sides_and_two_links_book_it(season, page_of):
    kestrel = season.members[1]
    make_session(season.mentor, season.members[0], TUESDAY_14H)
    page = ask_all(page_of)
    assert "1 pair is asked" in page
    proposal = ProposedSession.objects.get()
    founder = kestrel.startup.members.get().user
    way = links()
    assert set(way) == {season.mentor.user.email, founder.email}
    anybody = Client()
    assert "An hour with Kestrel?" in anybody.get(way[season.mentor.user.email]).content.decode()
    assert proposal.mentor_agreed_at is None  # reading it changes nothing
    anybody.post(way[season.mentor.user.email], {"answer": "accept"})
    assert not MentoringSession.objects.filter(membership=kestrel).exists()
    assert "waits for the startup" in page_of[0].get(page_of[1]).content.decode()
    anybody.post(way[founder.email], {"answer": "accept"})
    session = MentoringSession.objects.get(membership=kestrel)
    proposal.refresh_from_db()
    assert (proposal.session, session.starts_at, session.booked_by) == (session, proposal.starts_at, founder)
    assert OutboxMessage.objects.filter(kind="mentoring.session_booked").count() == 2
    anybody.post(way[founder.email], {"answer": "accept"})  # once more changes nothing
    assert MentoringSession.objects.filter(membership=kestrel).count() == 1
    assert HistoryEntry.objects.filter(action="proposed_session.accepted").count() == 2


def test_an_hour_that_somebody_took_meanwhile_is_not_booked_and_it_is_said(season, signed_in):
    papyrus, kestrel = season.members
    proposal = make_proposal(
        season.mentor, kestrel, NEXT_TUESDAY, by=season.manager, mentor_agreed_at=JANUARY
    )
    make_session(season.mentor, papyrus, NEXT_TUESDAY)
    founder = signed_in(kestrel.startup.members.get().user)
    answer = founder.post(proposal.get_absolute_url(), {"answer": "accept"})
    assert answer.status_code == 409
    assert "That time is no longer free." in answer.content.decode()
    proposal.refresh_from_db()
    assert (proposal.session, proposal.startup_agreed_at) == (None, None)


def test_a_no_is_told_to_whoever_asked_and_to_the_side_that_said_yes(season, signed_in):
    kestrel = season.members[1]
    proposal = make_proposal(
        season.mentor, kestrel, NEXT_TUESDAY, by=season.manager, mentor_agreed_at=JANUARY
    )
    founder = kestrel.startup.members.get().user
    signed_in(founder).post(proposal.get_absolute_url(), {"answer": "decline"})
    told = OutboxMessage.objects.filter(kind="mentoring.proposal_declined")
    assert {mail.recipient for mail in told} == {season.manager, season.mentor.user}
    late = signed_in(season.mentor.user).post(proposal.get_absolute_url(), {"answer": "accept"})
    assert "Somebody has declined this hour already." in late.content.decode()


def test_it_can_be_answered_until_it_expires(season, signed_in):
    kestrel = season.members[1]
    proposal = make_proposal(season.mentor, kestrel, NEXT_TUESDAY, by=season.manager)
    founder = signed_in(kestrel.startup.members.get().user)
    factories.at(proposal.expires_at)
    answer = founder.post(proposal.get_absolute_url(), {"answer": "accept"})
    assert answer.status_code == 409
    assert "This could be answered until" in unescape(answer.content.decode())
    factories.at(proposal.expires_at - factories.MICROSECOND)
    assert founder.post(proposal.get_absolute_url(), {"answer": "accept"}).status_code == 302


def test_whoever_has_been_asked_is_not_asked_again_until_it_is_over(season, page_of):
    make_mentor(season, "Matteo Fabbriani")
    ask_all(page_of)
    assert ProposedSession.objects.count() == 2
    client, path = page_of
    assert picks(client.get(path).content.decode()) == []
    kestrel, at = season.members[1], NEXT_TUESDAY + timedelta(minutes=45)
    stale = f"{kestrel.public_id}|{season.mentor.public_id}|{at.isoformat()}"
    page = unescape(client.post(path, {"pick": [stale]}, follow=True).content.decode())
    assert "Kestrel has been asked already" in page
    clock.freeze(ProposedSession.objects.latest("expires_at").expires_at)
    assert suggesting.with_too_little(season.cohort, season.members, clock.now()) == season.members


def test_a_pick_that_is_none_is_refused_in_words_or_left_out(season, page_of):
    client, path = page_of
    papyrus = season.members[0].public_id
    sunday = f"{papyrus}|{season.mentor.public_id}|{(JANUARY + 6 * DAY).isoformat()}"
    page = unescape(client.post(path, {"pick": [sunday]}, follow=True).content.decode())
    assert "That time is no longer free." in page
    for pick in ("", "a|b|c", f"{papyrus}|{season.mentor.public_id}|9999-99-99", "|||||"):
        assert client.post(path, {"pick": [pick]}).status_code == 302
    assert "Nobody was ticked" in client.post(path, follow=True).content.decode()
    assert not ProposedSession.objects.exists()


def test_a_conflict_keeps_a_startup_from_the_managers_page_and_press(season, page_of):
    kestrel = season.members[1]
    recused = {"user": season.manager, "reason": "Cousin", "declared_by": season.manager}
    Recusal.objects.create(application=kestrel.offer.application, **recused)
    client, path = page_of
    page = client.get(path).content.decode()
    assert "Papyrus" in page
    assert "Kestrel" not in page
    pick = f"{kestrel.public_id}|{season.mentor.public_id}|{NEXT_TUESDAY.isoformat()}"
    client.post(path, {"pick": [pick]})
    assert not ProposedSession.objects.exists()


def test_nobody_else_sees_or_answers_it(season, signed_in):
    papyrus, kestrel = season.members
    proposal = make_proposal(season.mentor, kestrel, NEXT_TUESDAY, by=season.manager)
    for person in (papyrus.startup.members.get().user, season.manager, factories.make_user("Nobody")):
        assert signed_in(person).get(proposal.get_absolute_url()).status_code == 404
        assert signed_in(person).post(proposal.get_absolute_url(), {"answer": "accept"}).status_code == 404
    assert Client().get("/mentoring/by-link/proposal/made-up~up/").status_code == 404


def test_many_startups_cost_no_more_queries_than_two(season, page_of):
    client, path = page_of
    make_session(season.mentor, season.members[0], TUESDAY_14H - WEEK)
    make_proposal(season.mentor, season.members[0], NEXT_TUESDAY, by=season.manager)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    Call.objects.update(seats=12)
    for name in ("Halyard", "Fathom", "Bulwark", "Tiller", "Windlass", "Spinnaker"):
        member = make_membership(season, name=name)
        mentor = make_mentor(season)
        make_session(mentor, member, TUESDAY_14H - WEEK)
        make_proposal(mentor, member, NEXT_TUESDAY, by=season.manager, expires_at=JANUARY)
    with CaptureQueriesContext(connection) as many:
        assert client.get(path).status_code == 200
    assert len(many) == len(few)
