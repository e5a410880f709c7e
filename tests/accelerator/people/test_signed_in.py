"""Where people are signed in, how it ends, and that nothing of it stays on the screen afterwards."""

import re
from datetime import UTC, datetime, timedelta

import factories
import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from letterbox import code_for

from accelerator.models import SignedIn
from accelerator.people import signed_in as sessions

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1"


@pytest.fixture
def clock_in_hand(while_open, call):
    with time_machine.travel(START) as traveller:
        yield traveller


def browser(user, agent: str = FIREFOX) -> Client:
    return sign_in_by_code(user, agent=agent)


def sign_in_by_code(user, stays: bool = False, agent: str = FIREFOX) -> Client:
    client = Client(HTTP_USER_AGENT=agent)
    client.post("/accounts/login/", {"login": user.email, **({"stays": "on"} if stays else {})})
    client.post("/accounts/login/code/confirm/", {"code": code_for(user.email)})
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.mark.parametrize(
    "agent, said",
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0.0.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "An unknown device"),
        ("", "An unknown device"),
    ],
)
def test_a_device_is_said_in_words(agent, said):
    assert sessions.device(agent) == said


def test_one_sees_where_one_is_signed_in(clock_in_hand):
    user = factories.make_user()
    here, phone = browser(user), browser(user, SAFARI)
    assert is_in(phone)
    browser(factories.make_user(), "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile")
    page = here.get("/account/devices/").content.decode()
    assert "Firefox on Windows" in page
    assert "Safari on iPhone" in page
    assert "Android" not in page, "nobody else's"
    assert page.count("Sign out there") == 1, "not this one"


def test_one_is_signed_out_and_the_others_stay(clock_in_hand):
    user = factories.make_user()
    here, phone, tablet = browser(user), browser(user, SAFARI), browser(user)
    pk = SignedIn.objects.get(device="Safari on iPhone").pk
    here.post(f"/account/devices/{pk}/sign-out/")
    assert (is_in(here), is_in(phone), is_in(tablet)) == (True, False, True)


def test_nobody_signs_out_somebody_else(clock_in_hand):
    user, rival = factories.make_user(), factories.make_user()
    theirs, mine = browser(user), browser(rival)
    pk = SignedIn.objects.get(user=user).pk
    assert mine.post(f"/account/devices/{pk}/sign-out/").status_code == 404
    assert is_in(theirs)


def test_all_others_are_signed_out_at_once(clock_in_hand):
    user = factories.make_user()
    here, phone, tablet = browser(user), browser(user, SAFARI), browser(user)
    stranger = browser(factories.make_user())
    here.post("/account/devices/others/sign-out/")
    assert [is_in(one) for one in (here, phone, tablet, stranger)] == [True, False, False, True]
    assert Session.objects.count() == 2


def test_signing_out_takes_the_row_away(clock_in_hand):
    user = factories.make_user()
    here = browser(user)
    here.post("/accounts/logout/")
    assert not SignedIn.objects.exists()


def used_once_and_left(client: Client, traveller, hours: float) -> bool:
    assert is_in(client)
    traveller.shift(timedelta(hours=hours))
    return is_in(client)


@pytest.mark.parametrize(
    "who, stays, hours, still",
    [
        ("founder", False, 13 * 24, True),
        ("founder", False, 14 * 24 + 1, False),
        ("reviewer", False, 11, True),
        ("reviewer", False, 13, False),
        ("reviewer", True, 13 * 24, True),
        ("mentor", False, 13, False),
        ("mentor", True, 14 * 24 + 1, False),
        ("manager", True, 11, True),
        ("manager", True, 13, False),
    ],
)
def test_a_session_that_rests_too_long_ends(clock_in_hand, call, who, stays, hours, still):
    user = factories.make_user()
    if who != "founder":
        factories.give_role(user, call.programme, who)
    assert used_once_and_left(sign_in_by_code(user, stays), clock_in_hand, hours) is still


def test_a_role_that_came_later_counts_from_the_next_use(clock_in_hand, call):
    user = factories.make_user()
    client = browser(user)
    assert is_in(client)
    factories.give_role(user, call.programme, "manager")
    clock_in_hand.shift(timedelta(minutes=6))
    assert used_once_and_left(client, clock_in_hand, 13) is False


def test_after_thirty_days_everybody_signs_in_anew(clock_in_hand):
    client = browser(factories.make_user())
    for _day in range(29):
        clock_in_hand.shift(timedelta(days=1))
        assert is_in(client)
    clock_in_hand.shift(timedelta(days=1, minutes=1))
    assert not is_in(client)


def test_a_rehearsed_month_signs_nobody_out(clock_in_hand):
    client = browser(factories.make_user())
    assert is_in(client)
    factories.at(factories.WHILE_OPEN + timedelta(days=60))
    assert is_in(client)


def test_a_last_use_is_written_every_few_minutes_at_most(clock_in_hand):
    user = factories.make_user()
    client = browser(user)
    first = SignedIn.objects.get().used_at
    clock_in_hand.shift(timedelta(minutes=4))
    is_in(client)
    assert SignedIn.objects.get().used_at == first
    clock_in_hand.shift(timedelta(minutes=2))
    is_in(client)
    assert SignedIn.objects.get().used_at > first


def test_a_new_address_signs_out_all_other_devices(clock_in_hand):
    user = factories.make_user()
    phone = browser(user, SAFARI)
    here = sign_in_by_code(user, stays=False)
    here.post("/accounts/email/", {"action_add": "1", "email": "new@people.example"})
    here.post("/accounts/confirm-email/", {"code": code_for("new@people.example")})
    assert (is_in(here), is_in(phone)) == (True, False)


def test_a_new_factor_does_too_and_the_list_keeps_up_with_a_new_password(
    clock_in_hand, django_capture_on_commit_callbacks
):
    user = factories.make_user()
    phone = browser(user, SAFARI)
    here = sign_in_by_code(user, stays=False)
    page = here.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r"[A-Z2-7]{32}", page).group()
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/accounts/2fa/totp/activate/", {"code": factories.code_of_app(secret)})
    assert (is_in(here), is_in(phone)) == (True, False)
    password = "a-long-enough-sentence"
    here.post("/accounts/password/set/", {"password1": password, "password2": password})
    assert is_in(here)
    assert SignedIn.objects.get().session_key == here.session.session_key


# --- What stays on a screen -----------------------------------------------------------------------------------


def test_what_somebody_signed_in_sees_is_kept_by_no_browser(call, while_open, signed_in):
    application = factories.make_application(call)
    client = signed_in(application.startup.members.get().user)
    for path in ("/account/", application.get_absolute_url(), "/", "/accounts/email/"):
        assert "no-store" in client.get(path)["Cache-Control"], path


def test_what_everybody_may_read_may_be_kept(call, while_open):
    assert "no-store" not in Client().get("/").get("Cache-Control", "")
