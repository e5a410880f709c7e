"""No stranger can keep anybody from signing in, and nobody's letterbox is flooded."""

import base64
import re
from datetime import UTC, datetime, timedelta

import factories
import pytest
import time_machine
from django.db import connection
from django.test import Client
from letterbox import code_for, mail_to

from accelerator.models import OutboxMessage, User

pytestmark = pytest.mark.django_db

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
RIVAL, OWNER = "198.51.100.7", "192.0.2.1"
MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def clock_in_hand(while_open):
    """The machine's clock, which limits and codes go by, jumps when it is told to."""
    with time_machine.travel(MORNING) as traveller:
        yield traveller


def ask(client: Client, address: str, source: str = OWNER, follow: bool = False, **headers):
    return client.post("/accounts/login/", {"login": address}, follow=follow, REMOTE_ADDR=source, **headers)


def enter(client: Client, code: str, source: str = OWNER):
    return client.post("/accounts/login/code/confirm/", {"code": code}, REMOTE_ADDR=source)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def mails_to(address: str) -> int:
    return OutboxMessage.objects.filter(to_email=address).count()


def test_the_owner_signs_in_while_a_rival_asks_for_the_address_twice_a_second(call, clock_in_hand):
    address = factories.make_user().email
    signed_in_at = []
    for half_second in range(240):
        assert ask(Client(), address, RIVAL).status_code == 302
        if half_second % 40 == 39:
            newcomer = Client()
            page = ask(newcomer, address, follow=True)
            assert "We sent you a code" in page.content.decode()
            enter(newcomer, code_for(address))
            assert is_in(newcomer)
            signed_in_at.append(half_second)
        clock_in_hand.shift(timedelta(seconds=0.5))
    assert len(signed_in_at) == 6, "each within the twenty seconds before the next"


def test_the_owner_signs_in_behind_the_rivals_own_connection(call, clock_in_hand):
    address = factories.make_user().email
    for _n in range(30):
        ask(Client(), address, RIVAL)
    owner = Client()
    ask(owner, address, RIVAL)
    enter(owner, code_for(address), RIVAL)
    assert is_in(owner)


def test_a_mail_bomb_runs_dry_and_the_answer_stays_the_same(call, clock_in_hand):
    for address in (factories.make_user().email, "nobody@people.example"):
        first = ask(Client(), address, RIVAL, follow=True).content.decode()
        for _n in range(20):
            last = ask(Client(), address, RIVAL, follow=True).content.decode()
        assert mails_to(address) == 3
        assert without_tokens(last) == without_tokens(first)
        for number in range(40):
            ask(Client(), address, f"203.0.113.{number}")
        assert mails_to(address) == 12, "however many sources ask"


def test_a_flood_that_lasts_is_one_mail_for_each_code(call, clock_in_hand):
    address = factories.make_user().email
    for round in range(30):
        for number in range(3):
            ask(Client(), address, f"203.0.113.{3 * round + number}")
        clock_in_hand.shift(timedelta(minutes=4))
    assert mails_to(address) <= 40 + 12, "forty a day, then one in ten minutes"
    owner = Client()
    ask(owner, address)
    enter(owner, code_for(address))
    assert is_in(owner), "the newest mail carries the code that counts"


def test_a_named_client_address_of_ones_own_choice_is_no_other_source(call, clock_in_hand, settings):
    address = factories.make_user().email
    for number in range(30):
        ask(Client(), address, RIVAL, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    assert mails_to(address) == 3, "no proxy is trusted"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    other = factories.make_user().email
    for number in range(30):
        ask(Client(), other, "10.0.0.1", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, {RIVAL}")
    assert mails_to(other) == 3, "only what our proxy adds counts"


def test_a_browser_that_has_signed_in_before_has_its_own_allowance(call, clock_in_hand):
    address = factories.make_user().email
    known = Client()
    ask(known, address)
    enter(known, code_for(address))
    known.post("/accounts/logout/")
    clock_in_hand.shift(timedelta(hours=1))
    for number in range(40):
        ask(Client(), address, f"203.0.113.{number}")
    before = mails_to(address)
    ask(Client(), address, OWNER)
    assert mails_to(address) == before, "strangers have none left"
    ask(known, address, OWNER)
    assert mails_to(address) == before + 1


def test_a_known_browser_has_no_allowance_for_another_address(call, clock_in_hand):
    known, other = Client(), factories.make_user().email
    mine = factories.make_user().email
    ask(known, mine)
    enter(known, code_for(mine))
    known.post("/accounts/logout/")
    for _n in range(20):
        ask(known, other)
    assert mails_to(other) == 3


def test_what_names_a_browser_opens_nothing_and_cannot_be_made_up(call, clock_in_hand):
    user = factories.make_user()
    known = Client()
    ask(known, user.email)
    enter(known, code_for(user.email))
    cookie = known.cookies["known"]
    assert cookie["httponly"]
    assert user.email not in cookie.value
    thief = Client()
    thief.cookies["known"] = cookie.value
    assert thief.get("/account/").status_code == 302
    forger = Client()
    forger.cookies["known"] = cookie.value[:-2] + "aa"
    for _n in range(20):
        ask(forger, user.email, RIVAL)
    assert mails_to(user.email) == 1 + 3


def test_a_strangers_wrong_guesses_take_none_of_the_owners_tries(call, clock_in_hand):
    address = factories.make_user().email
    owner, rival = Client(), Client()
    ask(owner, address)
    for _session in range(5):
        ask(rival, address, RIVAL)
        for _try in range(4):
            enter(rival, "WRNG-CODE", RIVAL)
    enter(owner, "WRNG-CODE")
    enter(owner, "WRNG-CODE")
    enter(owner, code_for(address))
    assert is_in(owner)


def test_a_browser_has_three_tries(call, clock_in_hand):
    address = factories.make_user().email
    guesser = Client()
    ask(guesser, address)
    for _try in range(3):
        enter(guesser, "WRNG-CODE")
    enter(guesser, code_for(address))
    assert not is_in(guesser)


def test_a_code_counts_once_in_whichever_browser(call, clock_in_hand):
    address = factories.make_user().email
    one, other = Client(), Client()
    ask(one, address)
    ask(other, address)
    code = code_for(address)
    enter(one, code)
    assert is_in(one)
    page = other.post("/accounts/login/code/confirm/", {"code": code}, follow=True)
    assert not is_in(other)
    assert "That code has been used." in page.content.decode()
    ask(other, address)
    assert code_for(address) != code


def test_asking_again_sends_the_code_that_lives_and_later_a_new_one(call, clock_in_hand):
    address = factories.make_user().email
    client = Client()
    ask(client, address)
    first = code_for(address)
    client.post("/accounts/login/code/confirm/", {"action": "resend"})
    assert (mails_to(address), code_for(address)) == (2, first)
    clock_in_hand.shift(timedelta(minutes=10, seconds=1))
    ask(Client(), address, RIVAL)
    assert code_for(address) != first
    enter(client, first)
    assert is_in(client), "whoever asked has fifteen minutes, whatever others ask"


def test_a_code_is_sealed_while_it_lives(call, clock_in_hand):
    address = factories.make_user().email
    ask(Client(), address)
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM cache")
        kept = " ".join(row[0] for row in cursor.fetchall())
    plain = b"".join(base64.b64decode(one) for one in kept.split(" "))
    assert code_for(address).encode() not in plain


def test_an_account_is_made_while_a_rival_signs_up_with_the_address(call, clock_in_hand):
    address = "nora@station-f.example"
    for _n in range(20):
        answer = Client().post("/accounts/signup/", {"email": address, "name": "Mallory"}, REMOTE_ADDR=RIVAL)
        assert answer.status_code == 302
    nora = Client()
    answer = nora.post("/accounts/signup/", {"email": address, "name": "Nora"}, REMOTE_ADDR=OWNER)
    assert answer.status_code == 302, "no stranger uses up her tries"
    assert "just sign in" in mail_to(address)
    ask(nora, address)
    enter(nora, code_for(address))
    assert is_in(nora)


def test_a_strangers_wrong_passwords_do_not_shut_out_the_owner(call, clock_in_hand, settings):
    settings.PASSWORD_HASHERS = QUICK
    user = factories.make_user(password="a-long-enough-sentence")
    known = Client()
    ask(known, user.email)
    enter(known, code_for(user.email))
    known.post("/accounts/logout/")
    tried = {"login": user.email, "password": "wrong-sentence"}
    for number in range(41):
        Client().post("/accounts/login/", tried, REMOTE_ADDR=f"203.0.113.{number // 8}")
    right = {"login": user.email, "password": "a-long-enough-sentence"}
    stranger = Client()
    page = stranger.post("/accounts/login/", right, REMOTE_ADDR="203.0.113.99").content.decode()
    assert "Leave the password empty" in page, "all strangers together have forty tries"
    assert not is_in(stranger)
    known.post("/accounts/login/", right, REMOTE_ADDR=OWNER)
    assert is_in(known)


def test_one_source_has_eight_tries_at_a_password(call, clock_in_hand, settings):
    settings.PASSWORD_HASHERS = QUICK
    user = factories.make_user(password="a-long-enough-sentence")
    for _n in range(8):
        Client().post("/accounts/login/", {"login": user.email, "password": "wrong"}, REMOTE_ADDR=RIVAL)
    right = {"login": user.email, "password": "a-long-enough-sentence"}
    guesser, owner = Client(), Client()
    guesser.post("/accounts/login/", right, REMOTE_ADDR=RIVAL)
    owner.post("/accounts/login/", right, REMOTE_ADDR=OWNER)
    assert (is_in(guesser), is_in(owner)) == (False, True)


def test_reset_links_do_not_flood_either(call, clock_in_hand):
    address = factories.make_user(password="a-long-enough-sentence").email
    for _n in range(20):
        answer = Client().post("/accounts/password/reset/", {"email": address}, REMOTE_ADDR=RIVAL)
        assert answer.status_code == 302
    assert mails_to(address) == 3


def test_too_many_from_one_connection_are_told_what_to_do(call, clock_in_hand, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "4/m/ip"}
    for _n in range(4):
        Client().post("/accounts/login/", {"login": "not an address"}, REMOTE_ADDR=RIVAL)
    answer = Client().post("/accounts/login/", {"login": "a@b.example"}, REMOTE_ADDR=RIVAL)
    assert answer.status_code == 429
    assert "over another connection" in answer.content.decode()


def without_tokens(page: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|nonce|content)="[^"]*"', "", page)


def test_addresses_are_people(call, clock_in_hand):
    """What is counted is the address as it is kept, however it is typed."""
    user = factories.make_user()
    for number in range(30):
        typed = user.email.upper() if number % 2 else f" {user.email} "
        ask(Client(), typed, RIVAL)
    assert User.objects.filter(email=user.email).count() == 1
    assert mails_to(user.email) == 3
