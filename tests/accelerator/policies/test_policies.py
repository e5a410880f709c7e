"""What a programme promises and asks in writing: versions that stay, who agreed to which, and a line that is private."""

from pathlib import Path

import factories
import pytest
from django.urls import reverse
from page_forms import shown

from accelerator.messages import seals
from accelerator.models import ConductContact, HistoryEntry, OutboxMessage, Policy, PolicyAcceptance
from accelerator.policies import accepting, publishing
from accelerator.programmes import programme_file
from accelerator.transitions import SomebodyWasFirst

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING


@pytest.fixture
def programme(call):
    factories.at(NOW)
    return call.programme


def publish(programme, kind, text, **more) -> Policy:
    return publishing.publish(programme, kind, text, by=None, now=NOW, **more)


def test_every_foot_leads_to_notice_conduct_imprint_and_source(programme, client):
    page = client.get(programme.get_absolute_url()).text
    for name in ("privacy", "conduct", "imprint"):
        address = reverse(f"policies:{name}", args=[programme.slug])
        assert address in page
        assert client.get(address).status_code == 200
    assert reverse("policies:source") in page
    assert programme.contact in client.get(reverse("policies:source")).text


def test_the_source_is_where_the_site_says(programme, client, settings):
    settings.SOURCE_URL = "https://code.example/slipway"
    assert client.get(reverse("policies:source"))["Location"] == "https://code.example/slipway"


def test_the_shipped_notice_stands_until_one_is_published(programme, client):
    address = reverse("policies:privacy", args=[programme.slug])
    assert "Who answers for your data" in client.get(address).text
    publish(programme, "privacy", "## Ours\n\nWe keep little.")
    page = client.get(address).text
    assert "<h2>Ours</h2>" in page
    assert "version 1" in page
    assert "Who answers" not in page


# --- Taking note of the privacy notice ----------------------------------------------------------------
def test_signing_up_for_a_programme_keeps_which_notice_stood_there(programme, call, client):
    publish(programme, "privacy", "We keep little.")
    start = reverse("applying:start_application", args=[programme.slug, call.slug])
    page = client.get(reverse("account_signup"), {"next": start}).text
    assert reverse("policies:privacy", args=[programme.slug]) in page
    client.post(reverse("account_signup"), {"email": "lena@people.example", "name": "Lena", "next": start})
    accepted = PolicyAcceptance.objects.get()
    assert (accepted.person.email, accepted.policy.number) == ("lena@people.example", 1)


def test_starting_an_application_keeps_it_too(programme, call, while_open, signed_in):
    publish(programme, "privacy", "We keep little.")
    founder = factories.make_user("Lena Aubry")
    start = reverse("applying:start_application", args=[programme.slug, call.slug])
    client = signed_in(founder)
    assert reverse("policies:privacy", args=[programme.slug]) in client.get(start).text
    client.post(start, {"name": "Papyrus"})
    assert PolicyAcceptance.objects.get().person == founder


def test_a_new_notice_is_sent_once_to_whoever_knows_an_earlier_one(programme):
    knows, other = factories.make_user("Lena Aubry"), factories.make_user("Tomas Riha")
    publish(programme, "privacy", "We keep little.")
    assert not OutboxMessage.objects.exists()
    accepting.take_note(programme, by=knows, now=NOW)
    publish(programme, "privacy", "We keep less.")
    publish(programme, "privacy", "We keep less.")
    mail = OutboxMessage.objects.get(kind="accelerator.privacy_notice_changed")
    assert mail.recipient == knows != other
    assert reverse("policies:privacy", args=[programme.slug]) in mail.text
    assert [policy.number for policy in Policy.objects.filter(kind="privacy")] == [1, 2]


# --- The undertaking ----------------------------------------------------------------------------------
def asked(answer) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(reverse("policies:undertaking"))


def test_no_reviewer_opens_a_file_before_they_have_signed(cast, programme, signed_in):
    publish(programme, "undertaking", "I keep it to myself.")
    client = signed_in(cast.reviewer)
    review = reverse("reviewing:review", args=[cast.assignment.public_id])
    file = cast.application.attachments.get().file.public_id
    pages = [review] + [
        reverse(f"applying:{name}", args=args)
        for name, args in (
            ("application_file", [file]),
            ("application_pages", [file]),
            ("application_page_image", [file, 1]),
        )
    ]
    for page in pages:
        assert asked(client.get(page)), page
    undertaking = client.get(review)["Location"]
    assert "I keep it to myself." in client.get(undertaking).text
    given = shown(client, undertaking, "seen")
    unsigned = client.post(undertaking, given | {"name": " "}).text
    assert "This field is required." in unsigned or "Please write your full name" in unsigned
    assert asked(client.get(review))
    goes_on = client.post(undertaking, given | {"name": "Ada M. Stern"})
    assert goes_on["Location"] == review
    assert not asked(client.get(review))
    assert PolicyAcceptance.objects.get().name == "Ada M. Stern"
    assert HistoryEntry.objects.filter(action="policy.accepted", actor=cast.reviewer).exists()


def test_another_version_is_asked_for_again_and_an_older_one_is_not_signed(cast, programme, signed_in):
    publish(programme, "undertaking", "I keep it to myself.")
    client = signed_in(cast.reviewer)
    page = reverse("policies:undertaking")
    given = shown(client, page, "seen") | {"name": "Ada Stern"}
    publish(programme, "undertaking", "I keep it to myself, and feed it to no machine.")
    assert "has changed since you opened this page" in client.post(page, given).text
    assert not PolicyAcceptance.objects.exists()
    client.post(page, shown(client, page, "seen") | {"name": "Ada Stern"})
    assert PolicyAcceptance.objects.get().policy.number == 2


def test_founders_and_managers_are_asked_for_nothing(cast, programme, signed_in):
    publish(programme, "undertaking", "I keep it to myself.")
    file = reverse("applying:application_file", args=[cast.application.attachments.get().file.public_id])
    for person in (cast.founder, cast.manager):
        assert not asked(signed_in(person).get(file))
    assert (
        signed_in(cast.founder).get(reverse("policies:undertaking"), {"next": "//evil.example"})["Location"]
        == "/"
    )


@pytest.mark.parametrize(
    "wanted", ["10000-01-01", "people:account", "https://evil.example", "//evil.example", "\\\\evil"]
)
@pytest.mark.parametrize("route", ["policies:undertaking", "people:set_zone"])
def test_whoever_goes_on_stays_on_this_site_whatever_was_sent(cast, programme, signed_in, route, wanted):
    client = signed_in(cast.founder)
    sends = client.get if route == "policies:undertaking" else client.post
    answer = sends(reverse(route), {"next": wanted, "time_zone": "Europe/Paris"})
    assert answer.status_code == 302
    assert answer["Location"] in {"/", reverse("people:account")}


def test_what_a_reviewer_has_typed_is_saved_though_a_new_version_came_meanwhile(cast, programme, signed_in):
    client = signed_in(cast.reviewer)
    review = reverse("reviewing:review", args=[cast.assignment.public_id])
    client.get(review)
    publish(programme, "undertaking", "I keep it to myself.")
    assert not asked(client.post(review, {"comment": "Strong team"}))


# --- A manager's pages --------------------------------------------------------------------------------
def test_a_manager_publishes_the_next_version_and_sees_who_has_signed(cast, programme, signed_in):
    factories.give_role(factories.make_user("Hélène Kervella"), programme, "mentor")
    client = signed_in(cast.manager)
    page = reverse("policies:policy", args=[programme.slug, "undertaking"])
    given = shown(client, page, "seen")
    assert "no public AI service" in given["text"], "the shipped text to begin from"
    assert client.post(page, given).status_code == 302
    stale = client.post(page, given | {"text": "Another."}).text
    assert "Somebody has published another version meanwhile" in stale
    assert "Another." in stale, "and what was typed is kept"
    accepting.give_undertaking(programme, seen=1, name="Ada Stern", by=cast.reviewer, now=NOW)
    overview = client.get(reverse("policies:policies", args=[programme.slug])).text
    assert "Version 1" in overview
    assert "Ada Stern" in overview
    assert "Hélène Kervella (mentor)" in overview


@pytest.mark.parametrize("rows", [1, 30])
def test_the_page_asks_as_much_for_thirty_as_for_one(
    cast, programme, signed_in, rows, django_assert_num_queries
):
    publish(programme, "undertaking", "I keep it to myself.")
    for number in range(rows):
        person = factories.make_user(f"Reader {number}")
        factories.give_role(person, programme, "reviewer")
        accepting.give_undertaking(programme, seen=1, name="R", by=person, now=NOW)
    client = signed_in(cast.manager)
    client.get(reverse("policies:policies", args=[programme.slug]))
    with django_assert_num_queries(12):
        client.get(reverse("policies:policies", args=[programme.slug]))


def test_of_two_who_publish_at_once_the_second_is_told(programme):
    publish(programme, "conduct", "Be kind.", seen=0)
    with pytest.raises(SomebodyWasFirst, match="another version meanwhile"):
        publish(programme, "conduct", "Be very kind.", seen=0)


# --- The private line ---------------------------------------------------------------------------------
@pytest.fixture
def line(cast, programme):
    publishing.name_contacts(
        programme, [("Odile Marchal", "odile@people.example"), ("Bastien Roux", "bastien@people.example")],
        by=cast.manager, now=NOW,
    )  # fmt: skip
    return reverse("policies:conduct", args=[programme.slug])


def test_what_is_written_there_reaches_two_people_and_nobody_else(cast, line, signed_in):
    client = signed_in(cast.founder)
    assert "Odile Marchal and Bastien Roux" in client.get(line).text
    client.post(line, {"text": "CANARY: somebody threatened me."})
    mails = OutboxMessage.objects.filter(kind="accelerator.conduct_report")
    assert {mail.to_email for mail in mails} == {"odile@people.example", "bastien@people.example"}
    for mail in mails:
        assert "CANARY" not in mail.text, "encrypted until it leaves"
        opened = seals.opened(mail.text.encode()).decode()
        assert "CANARY" in opened
        assert cast.founder.name not in opened
        assert cast.founder.email not in opened
    assert not HistoryEntry.objects.filter(actor=cast.founder).exists(), "who wrote is kept nowhere"
    client = signed_in(cast.manager)
    assert "odile@people.example" not in client.get(reverse("messages:outbox")).text


def test_the_name_goes_with_it_only_when_asked(cast, line, signed_in):
    signed_in(cast.founder).post(line, {"text": "Please call me.", "with_name": "on"})
    mail = OutboxMessage.objects.filter(kind="accelerator.conduct_report").first()
    assert cast.founder.email in seals.opened(mail.text.encode()).decode()


def test_nobody_buries_the_two_under_messages(cast, line, signed_in):
    client = signed_in(cast.founder)
    for _turn in range(5):
        client.post(line, {"text": "Again."})
    refused = client.post(line, {"text": "And again, typed with care."})
    assert "You have written 5 times today" in refused.text
    assert "And again, typed with care." in refused.text
    assert OutboxMessage.objects.filter(kind="accelerator.conduct_report").count() == 10


def test_a_manager_names_two_different_people(cast, programme, signed_in):
    client = signed_in(cast.manager)
    page = reverse("policies:contacts", args=[programme.slug])
    given = {
        "name_1": "Odile",
        "email_1": "o@people.example",
        "name_2": "Odile",
        "email_2": "o@people.example",
    }
    assert "That is the same address" in client.post(page, given).text
    client.post(page, given | {"name_2": "Bastien", "email_2": "b@people.example"})
    assert list(ConductContact.objects.values_list("name", flat=True)) == ["Odile", "Bastien"]


# --- The programme file -------------------------------------------------------------------------------
def test_the_file_publishes_another_text_as_the_next_version(settings):
    text = (Path(settings.BASE_DIR) / "programmes/ai-startup-program.toml").read_text(encoding="utf-8")
    for wanted in (text, text, text.replace("no copies of applications", "no copy of any application")):
        programme_file.load(programme_file.read(wanted, "programme.toml"), now=NOW)
    versions = Policy.objects.filter(kind="undertaking").values_list("number", flat=True)
    assert list(versions) == [1, 2]
    assert Policy.objects.filter(kind="privacy").count() == 1
    assert ConductContact.objects.count() == 2
