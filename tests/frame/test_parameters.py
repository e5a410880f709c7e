"""What anybody may put into an address or a form: an answer that says so (4xx), never a failure of ours."""

from datetime import datetime, timedelta

import factories
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from test_access import ROWS

from accelerator import clock

pytestmark = pytest.mark.django_db
ADD_PASSKEY = "/accounts/2fa/webauthn/add/"


@pytest.fixture
def browser(client):
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/nowhere/", "/admin/", "/applications/"])
@pytest.mark.parametrize("persona", ["", "manager"])
def test_more_parameters_than_anybody_has_are_refused(browser, cast, reviewing, path, persona):
    if persona:
        factories.sign_in(browser, getattr(cast, persona))
    answer = browser.get(path + "?" + "&".join(f"a{n}=" for n in range(1100)))
    assert answer.status_code == 400
    assert "could not read that request" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/?q=%00", "/accounts/login/?next=%00", "/admin/messages/?kind=%00", "/admin/calls/1/applications/?q=a%00b", "/admin/calls/1/board/?application=%00",
     "/admin/applications/call/?kind__exact=%00", "/admin/autocomplete/?term=%00", "/?%00=1", "/apply/%00/"],
)  # fmt: skip
def test_a_nul_in_an_address_is_refused(browser, cast, reviewing, path):
    factories.sign_in(browser, cast.manager)
    assert browser.get(path).status_code == 400


@pytest.mark.parametrize("who", ["abc", "²", "9" * 5000, "", "{}", "-1"])
def test_a_conflict_of_nobody_is_not_found(browser, cast, reviewing, who):
    factories.sign_in(browser, cast.manager)
    path = reverse("reviewing:pin_conflict", args=[cast.call.pk, cast.application.public_id])
    assert browser.post(path, {"who": who, "reason": "Cousins"}).status_code == 404


@pytest.mark.parametrize("seed", ["²", "9" * 5000, "-1", "\x00", "NaN"])
def test_a_plan_takes_any_seed_or_says_no(browser, cast, reviewing, seed):
    factories.sign_in(browser, cast.manager)
    path = reverse("reviewing:assignment", args=[cast.call.pk])
    assert browser.get(path, {"seed": seed}).status_code in {200, 400}


@pytest.mark.parametrize(
    "credential",
    ['{"id":"AA","response":{}}', '{"id":"AA","rawId":null}', "null", "[]", "7", "9" * 5000, "[" * 100_000,
     '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","attestationObject":"AA"}}',
     '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":7,"attestationObject":[]}}'],
)  # fmt: skip
def test_a_mangled_passkey_is_refused(browser, cast, credential):
    for path in ("/accounts/2fa/webauthn/login/", ADD_PASSKEY):
        answer = browser.post(path, {"credential": credential, "name": "Phone"})
        assert answer.status_code in {200, 302}, path
        factories.just_signed_in(browser, cast.founder)
    assert browser.get(ADD_PASSKEY).status_code == 200
    assert not cast.founder.authenticator_set.exists()


def test_a_call_page_shows_its_window_whatever_was_posted_of_it(browser, cast, reviewing):
    factories.sign_in(browser, cast.manager)
    path = reverse("admin:applications_call_change", args=[cast.call.pk])
    for number in ("0", "²", "7"):
        sent = {"window-TOTAL_FORMS": number, "window-INITIAL_FORMS": number, "window-0-id": "9", "name": ""}
        answer = browser.post(path, sent)
        assert (answer.status_code, "1 December 2023, 23:59" in answer.content.decode()) == (200, True)


def test_a_line_of_hours_on_no_weekday_is_refused(browser, cast, reviewing):
    from factories_cohort import make_cohort_cast

    cast = make_cohort_cast(cast)
    factories.sign_in(browser, cast.mentor)
    path = reverse("mentoring:edit_hours", args=[cast.mentor_profile.public_id])
    sent = {
        "week-TOTAL_FORMS": "1",
        "week-INITIAL_FORMS": "0",
        "week-0-weekday": "7",
        "week-0-starts": "09:00",
    }
    answer = browser.post(path, {**sent, "week-0-ends": "10:00"})
    assert (answer.status_code, "Select a valid choice" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=éé", "multipart/form-data; boundary=x"],
)
def test_a_form_that_was_cut_off_is_refused(browser, call, content_type):
    for path in ("/nowhere/", "/accounts/login/", "/accounts/signup/"):
        answer = browser.generic(
            "POST", path, b'--x\r\nContent-Disposition: form-data; name="a', content_type
        )
        assert answer.status_code in {200, 400, 404}, path


def test_a_page_of_a_rehearsal_refuses_another_host(rehearsing, browser):
    assert browser.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert browser.get("/rehearsal/", headers={"Host": "[::"}).status_code == 400


@pytest.mark.parametrize("persona", ["manager", "founder", "mentor", "reviewer"])
def test_head_answers_like_get(browser, cast, reviewing, persona):
    from factories_cohort import make_cohort_cast

    cast = make_cohort_cast(cast)
    factories.sign_in(browser, getattr(cast, persona))
    different = {}
    for row in ROWS:
        if row.method == "GET" and row.expected[persona] == 200:
            path = reverse(row.route, args=row.arguments(cast))
            asked, looked = browser.head(path), browser.get(path)
            if asked.status_code != looked.status_code or b"".join(asked):
                different[path] = (asked.status_code, looked.status_code)
    assert different == {}


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "²", "2023-02-30"])
def test_a_moment_that_no_clock_shows_is_refused(at):
    from mentoring.sessions.forms import InstantField

    with pytest.raises(ValidationError, match="no moment in time"):
        InstantField().clean(at)


def test_robots_are_kept_from_whatever_may_hold_a_secret(client, db):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /invitations/\n" in answer.text


def test_a_hole_can_be_told_to_whom_the_configuration_names(client, db, settings):
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@programme.example"
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())
    assert lines["Contact"] == "mailto:security@programme.example"
    assert (
        clock.real_now() < datetime.fromisoformat(lines["Expires"]) < clock.real_now() + timedelta(days=181)
    )
    assert lines["Canonical"] == "http://localhost:8000/.well-known/security.txt"


def test_the_style_guide_is_closed_on_a_public_site(client, db, settings):
    assert client.get("/styleguide/").status_code == 200
    settings.TESTING = False
    assert client.get("/styleguide/").status_code == 404
