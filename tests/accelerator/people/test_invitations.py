"""An invitation is for the person who was asked: bound to the address, for as long as whoever sent it is there, and never
more of them than a day allows."""

import re
from datetime import timedelta

import factories
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accelerator import clock
from accelerator.messages import seals
from accelerator.models import HistoryEntry, Invitation, OutboxMessage, Role, TeamMember
from accelerator.people import budget, invitations, other_address, roles
from accelerator.transitions import NotAllowed
from applications.applying import team

pytestmark = pytest.mark.django_db
ASKED = "asked@people.example"


def ask(programme, kind="manager", by=None, email=ASKED) -> str:
    link = invitations.invite(kind, email=email, by=by, programme=programme, now=factories.WHILE_OPEN)
    return link.removeprefix("http://localhost:8000")


def client_of(user) -> Client:
    return factories.sign_in(Client(), user)


def told(kind: str) -> list[str]:
    return sorted(OutboxMessage.objects.filter(kind=f"accelerator.{kind}").values_list("to_email", flat=True))


def code_for(email: str) -> str:
    mail = OutboxMessage.objects.filter(kind="accelerator.invitation_code", to_email=email).latest("pk")
    return re.search(r"^(\w{4} \w{4})$", seals.opened(mail.text.encode()).decode(), re.MULTILINE)[1]


# --- Of the staff: the address is part of it ----------------------------------------------------------------
def test_a_forwarded_manager_invitation_gives_no_role_to_whoever_has_the_link(call, while_open):
    path, thief = ask(call.programme), client_of(factories.make_user("Paul Varga"))
    page = thief.get(path).content.decode()
    assert "The invitation is for asked@people.example" in page
    answer = thief.post(path, follow=True)
    assert "A code is on its way to asked@people.example." in answer.content.decode()
    assert told("invitation_code") == [ASKED], "and nowhere else"
    assert "not the code" in thief.post(path, {"code": "abcd efgh"}).content.decode()
    assert not Role.objects.filter(kind="manager").exists()
    with pytest.raises(NotAllowed, match=r"is for asked@people\.example"):
        invitations.accept(Invitation.objects.get(), by=factories.make_user(), now=while_open)


def test_whoever_shows_that_the_mailbox_is_theirs_too_accepts_as_the_account_they_have(call, while_open):
    manager = factories.make_manager(call.programme)
    path, person = ask(call.programme, by=manager), factories.make_user("Ada Stern")
    client = client_of(person)
    client.post(path)
    answer = client.post(path, {"code": f" {code_for(ASKED).upper()} "})
    assert (answer.status_code, answer.url) == (302, "/admin/")
    assert Role.objects.get(user=person).kind == "manager"
    assert told("invitation_used") == [manager.email]
    assert told("invitation_used_by_you") == [ASKED]
    mail = OutboxMessage.objects.get(kind="accelerator.invitation_used")
    assert f"Ada Stern ({person.email}) is now manager" in mail.text
    assert "went to asked@people.example" in mail.text


def test_the_code_is_for_one_account_works_once_and_for_five_tries(call, while_open):
    path = ask(call.programme)
    first, second = client_of(factories.make_user()), client_of(factories.make_user())
    first.post(path)
    code = code_for(ASKED)
    assert "not the code" in second.post(path, {"code": code}).content.decode(), "it was asked for by another"
    for _try in range(other_address.MOST_TRIES):
        first.post(path, {"code": "wrong"})
    assert "not the code" in first.post(path, {"code": code}).content.decode()
    first.post(path)
    renewed = code_for(ASKED)
    with time_machine.travel(clock.real_now() + other_address.CODE_LIFE):
        assert "not the code" in first.post(path, {"code": renewed}).content.decode()
    assert not Role.objects.filter(kind="manager").exists()
    assert first.post(path, {"code": renewed}).status_code == 302
    assert Role.objects.filter(kind="manager").count() == 1


def test_five_codes_go_to_an_address_and_no_more(call, while_open):
    path, client = ask(call.programme), client_of(factories.make_user())
    for _time in range(other_address.MOST_CODES):
        assert client.post(path).status_code == 302
    answer = client.post(path)
    assert (answer.status_code, "Sign in with that address" in answer.content.decode()) == (409, True)
    assert len(told("invitation_code")) == other_address.MOST_CODES


def test_an_invitation_lives_fourteen_days(call, while_open):
    ask(call.programme)
    assert Invitation.objects.get().expires_at == factories.WHILE_OPEN + timedelta(days=14)


# --- Of a team: its owner decides -----------------------------------------------------------------------------
@pytest.fixture
def mine(call, while_open):
    return factories.make_application(call, factories.make_user("Lena Aubry"))


def ask_into(application, by=None, email=ASKED) -> str:
    by = by or application.started_by
    team.invite_co_founder(application.startup, email=email, by=by, now=factories.WHILE_OPEN)
    mail = OutboxMessage.objects.filter(kind="accelerator.invite_co_founder").latest("pk")
    return re.search(r"/invitations/\S+", seals.opened(mail.text.encode()).decode())[0]


def test_a_co_founder_with_another_address_waits_until_the_owner_confirms(mine):
    path, newcomer = ask_into(mine), factories.make_user("Nia Berg")
    client, owner = client_of(newcomer), client_of(mine.started_by)
    page = client.post(path, follow=True).content.decode()
    assert "we have asked Lena Aubry" in page
    assert client.get(mine.get_absolute_url()).status_code == 404
    assert told("asks_to_be_let_in") == [mine.started_by.email]
    question = reverse("people:let_in", args=[Invitation.objects.get().public_id])
    assert question in OutboxMessage.objects.get(kind="accelerator.asks_to_be_let_in").text
    assert question in owner.get(reverse("applying:team", args=[mine.public_id])).content.decode()
    assert client.post(question).status_code == 404, "nobody lets themselves in"
    assert "Let Nia Berg into the team of Papyrus?" in owner.get(question).content.decode()
    assert owner.post(question, {"act": "let_in"}).url == mine.get_absolute_url()
    assert client.get(mine.get_absolute_url()).status_code == 200
    assert told("let_in") == [newcomer.email]
    assert told("invitation_used_by_you") == [ASKED]
    assert owner.post(question).status_code == 404, "it has been answered"


def test_an_owner_who_does_not_know_them_closes_the_link(mine):
    path, owner = ask_into(mine), client_of(mine.started_by)
    client = client_of(factories.make_user("Nia Berg"))
    client.post(path)
    owner.post(reverse("people:let_in", args=[Invitation.objects.get().public_id]), {"act": "keep_out"})
    assert client.get(path).status_code == 410
    assert client.get(mine.get_absolute_url()).status_code == 404


def test_one_who_waits_does_not_keep_out_who_was_meant(mine):
    path = ask_into(mine)
    client_of(factories.make_user("Nia Berg")).post(path)
    meant = client_of(factories.make_user("Tomas Riha", email=ASKED))
    assert meant.post(path).url == mine.get_absolute_url()


# --- It falls with whoever sent it ------------------------------------------------------------------------------
@pytest.mark.parametrize("way", ["taken out", "left"])
def test_a_removed_co_founder_does_not_walk_back_in(mine, way):
    co_founder = factories.make_user("Tomas Riha")
    member = TeamMember.objects.create(startup=mine.startup, user=co_founder)
    second = factories.make_user("Tomas Again", email="tomas.second@people.example")
    path = ask_into(mine, by=co_founder, email=second.email)
    waiting = factories.make_user("Tomas Once More")
    third = ask_into(mine, email="somebody.else@people.example")
    client_of(waiting).post(third)
    if way == "left":
        team.leave(member, now=factories.WHILE_OPEN)
    else:
        team.remove(member, by=mine.started_by, now=factories.WHILE_OPEN)
    assert client_of(second).post(path).status_code == 409
    assert client_of(second).get(mine.get_absolute_url()).status_code == 404
    assert Invitation.objects.open(factories.WHILE_OPEN).get().email == "somebody.else@people.example"


def test_what_an_ended_manager_sent_falls_and_the_page_says_so_beforehand(call, while_open):
    stays = factories.make_manager(call.programme)
    goes = factories.make_manager(call.programme, "Paul Varga")
    path = ask(call.programme, by=goes)
    ask(call.programme, by=stays, email="other@people.example")
    role = goes.roles.get()
    assert any("1 invitation that they sent" in sentence for sentence in roles.what_ends(role, while_open))
    roles.end(role, by=stays, now=while_open)
    assert Client().get(path).status_code == 410
    assert Invitation.objects.open(while_open).get().invited_by == stays
    assert HistoryEntry.objects.filter(action="invitation.withdrawn", actor=stays).count() == 1


# --- How many in a day --------------------------------------------------------------------------------------------
def test_one_address_gets_five_invitations_a_day_whoever_sends_them(call, while_open):
    manager = factories.make_manager(call.programme)
    client = client_of(manager)
    ask(call.programme, by=manager)
    for _time in range(budget.TO_ONE_ADDRESS - 1):
        again = reverse(
            "people:send_invitation_again", args=[Invitation.objects.open(while_open).get().public_id]
        )
        assert client.post(again).status_code == 302
    again = reverse(
        "people:send_invitation_again", args=[Invitation.objects.open(while_open).get().public_id]
    )
    refused = client.post(again)
    assert refused.status_code == 409
    assert "asked@people.example has got 5 invitations in a day. The next one can go in 24 hours." in (
        refused.content.decode()
    )
    assert Invitation.objects.count() == budget.TO_ONE_ADDRESS
    with pytest.raises(NotAllowed, match="has got 5 invitations"):
        ask(factories.make_programme("other", name="Other"), "mentor")
    factories.at(while_open + timedelta(days=60))
    with pytest.raises(NotAllowed, match="has got 5 invitations"):
        ask(call.programme, by=manager)  # a rehearsed jump opens nothing
    with time_machine.travel(clock.real_now() + budget.DAY):
        ask(call.programme, by=manager)


def test_asking_and_withdrawing_mails_no_more_strangers_than_a_day_allows(mine):
    client, page = client_of(mine.started_by), reverse("applying:team", args=[mine.public_id])
    for number in range(budget.OF_A_FOUNDER):
        client.post(page, {"email": f"stranger{number}@people.example"})
        found = Invitation.objects.latest("pk")
        client.post(
            reverse("applying:withdraw_co_founder_invitation", args=[mine.public_id, found.public_id])
        )
    refused = client.post(page, {"email": "one.more@people.example"}).content.decode()
    assert "You have sent 15 invitations in a day. The next one can go in 24 hours." in refused
    assert Invitation.objects.count() == budget.OF_A_FOUNDER
    another = TeamMember.objects.create(startup=mine.startup, user=factories.make_user("Tomas Riha"))
    for number in range(budget.OF_A_TEAM - budget.OF_A_FOUNDER):
        ask_into(mine, by=another.user, email=f"friend{number}@people.example")
    with pytest.raises(NotAllowed, match="Your team has sent 20 invitations in a day"):
        ask_into(mine, by=another.user, email="one.more@people.example")


def test_a_percent_sign_in_an_address_stays_one(call, while_open):
    for _time in range(budget.TO_ONE_ADDRESS):
        ask(call.programme, email="a%s%n@people.example")
    with pytest.raises(NotAllowed, match=r"a%s%n@people\.example has got 5"):
        ask(call.programme, email="a%s%n@people.example")
