"""The founder's pages: what they show in each state, what they refuse kindly, and that no typed word is lost."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import factories
import factories_founder as founders
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accelerator import clock, history
from accelerator.models import Invitation
from accelerator.people import invitations
from accelerator.people.destinations import Destination
from accelerator.programmes import programme_file
from applications.applying import drafts, sealing
from applications.models import Application, Question, Submission
from applications.reviewing import reviews

pytestmark = pytest.mark.django_db
JUST_BEFORE = factories.CLOSES_AT - factories.MICROSECOND


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


@pytest.fixture
def founder(draft, signed_in):
    return signed_in(draft.started_by)


def url(name, application, *more):
    return reverse(name, args=[application.public_id, *more])


def posted(client, draft, **changes):
    """What a browser would send after opening the form, with these changes."""
    page = client.get(url("applying:application", draft))
    form = page.context["form"]
    fields = {
        bound.html_name: bound.value() for bound in form if bound.value() is not None and bound.name != "deck"
    }
    hidden = {"draft_version": page.context["application"].draft_version, "seen": page.context["seen"]}
    return {**fields, **hidden, **changes}


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- From the first word to the receipt ---------------------------------------------------------------
def test_a_founder_starts_writes_uploads_submits_and_holds_a_receipt(call, while_open, signed_in):
    client = signed_in(factories.make_user("Lena Aubry"))
    start = reverse("applying:start_application", args=[call.programme.slug, call.slug])
    assert client.get(start).status_code == 200
    response = client.post(start, {"name": "Papyrus"}, follow=True)
    application = Application.objects.get()
    assert response.redirect_chain[-1][0] == application.get_absolute_url()

    answers = posted(client, application, **{**factories.ANSWERS, "deck": founders.upload(), "act": "submit"})
    response = client.post(url("applying:application", application), answers, follow=True)
    assert response.context["problems"] == []
    tiny = response.context["form"].initial
    response = client.post(url("applying:submit_application", application), tiny, follow=True)
    version = Submission.objects.get()
    assert response.redirect_chain[-1][0] == url("applying:receipt", application, 1)
    assert version.content_hash in response.content.decode()
    assert "Friday 1 December 2023, 23:59 Paris time" in text(response)


def test_the_final_submit_asks_the_database_at_most_ten_questions(draft, founder):
    founder.get(draft.get_absolute_url())  # the first page of a browser writes down where one is signed in
    tiny = {"draft_version": draft.draft_version, "idempotency_key": str(uuid.uuid4())}
    with CaptureQueriesContext(connection) as asked:
        assert founder.post(url("applying:submit_application", draft), tiny).status_code == 302
    around = ("django_session", "SAVEPOINT", 'FROM "accelerator_user"')
    statements = [q["sql"] for q in asked if not any(mark in q["sql"] for mark in around)]
    assert "clocksetting" in statements.pop(
        0
    )  # every request reads the clock, from the table only in a rehearsal
    assert len(statements) <= 10, "\n".join(statements)


# --- The deadline -------------------------------------------------------------------------------------
def test_a_late_submit_is_answered_kindly_and_logged(draft, founder):
    tiny = {"draft_version": draft.draft_version, "idempotency_key": uuid.uuid4()}
    clock.freeze(factories.CLOSES_AT)
    response = founder.post(url("applying:submit_application", draft), tiny)
    assert response.status_code == 409
    assert "too late" in text(response)
    assert "2 December" not in text(response)
    assert history.of(draft).first().action == "application.refused_late"


def test_after_the_deadline_everything_is_readable_and_nothing_can_be_changed(draft, founder):
    answers = posted(founder, draft, problem="Typed in the last second")
    founders.submit(draft)
    clock.freeze(factories.CLOSES_AT)
    page = founder.get(url("applying:application", draft))
    assert factories.ANSWERS["problem"] in text(page)
    assert "Version 1 is the one that reviewers read" in text(page)
    assert 'name="problem"' not in page.content.decode()
    refused = founder.post(url("applying:application", draft), answers)
    assert refused.status_code == 409
    assert "Typed in the last second" in refused.content.decode()
    assert founders.reread(draft).answers["problem"] == factories.ANSWERS["problem"]
    deck = {"deck": founders.upload()}
    assert founder.post(url("applying:upload_file", draft, "deck"), deck).status_code == 409
    assert founder.post(url("applying:withdraw_application", draft)).status_code == 409
    assert draft.attachments.count() == 1


def test_a_draft_left_at_the_deadline_stays_readable_with_kind_words(draft, founder):
    clock.freeze(factories.AFTER_CLOSE)
    page = text(founder.get(url("applying:application", draft)))
    assert "was not submitted" in page
    assert "We are sorry" in page
    assert factories.ANSWERS["problem"] in page


# --- Drafts -------------------------------------------------------------------------------------------
def test_a_wrong_answer_is_kept_as_typed_with_the_problem_beside_it(draft, founder):
    wrong = posted(founder, draft, team_size="about twelve", problem="word " * 60, website="not an address")
    founder.post(url("applying:application", draft), wrong)
    page = founder.get(url("applying:application", draft)).content.decode()
    assert 'value="about twelve"' in page
    assert "Please write a number in digits, such as 12 or 1500." in page
    assert "Please cut 10 of them." in page
    review = founder.get(url("applying:submit_application", draft))
    assert [problem.key for problem in review.context["problems"]] == ["website", "problem", "team_size"]
    assert f"{draft.get_absolute_url()}#id_team_size" in review.content.decode()


def test_submitting_what_is_incomplete_says_what_is_missing(call, while_open, signed_in):
    application = factories.make_application(call)
    client = signed_in(application.started_by)
    tiny = {"draft_version": application.draft_version, "idempotency_key": uuid.uuid4()}
    response = client.post(url("applying:submit_application", application), tiny)
    assert response.status_code == 422
    assert "Please upload the file." in text(response)
    assert "Nothing was submitted" in text(response)


def test_the_page_saves_itself_and_learns_where_the_draft_stands(draft, founder):
    typed = posted(founder, draft, problem="Saved while writing")
    answer = founder.post(
        url("applying:application", draft), typed, headers={"accept": "application/json"}
    ).json()
    assert answer["message"] == "Draft saved at 10:00. Nothing is submitted yet."
    assert answer["draft_version"] == founders.reread(draft).draft_version
    assert founders.reread(draft).answers["problem"] == "Saved while writing"
    clock.freeze(factories.CLOSES_AT)
    late = founder.post(url("applying:application", draft), typed, headers={"accept": "application/json"})
    assert (late.status_code, late.json()["closed"]) == (409, True)


def test_two_founders_in_one_answer_are_both_told_and_both_keep_their_words(draft, founder, client):
    mine = posted(founder, draft, problem="Mine", one_line="A line of mine")
    drafts.save_draft(
        draft,
        {"problem": "Theirs"},
        by=draft.started_by,
        version=draft.draft_version,
        now=factories.WHILE_OPEN,
    )
    response = founder.post(url("applying:application", draft), mine)
    assert response.status_code == 409
    assert "Nothing was overwritten" in text(response)
    assert response.context["conflicts"][0]["theirs"] == "Theirs"
    assert response.context["form"]["problem"].value() == "Mine"
    saved = founders.reread(draft).answers
    assert (saved["problem"], saved["one_line"]) == ("Theirs", "A line of mine")
    again = {**mine, "seen": response.context["seen"], "problem": "Both of ours"}
    assert founder.post(url("applying:application", draft), again).status_code == 302
    assert founders.reread(draft).answers["problem"] == "Both of ours"


def test_what_a_browser_did_not_send_is_left_alone(draft, founder):
    founder.post(
        url("applying:application", draft), {"problem": "Only this", "draft_version": draft.draft_version}
    )
    assert founders.reread(draft).answers["one_line"] == factories.ANSWERS["one_line"]


@pytest.mark.parametrize("seen", ["{", "[]", "7", '{"problem": 3}'])
def test_a_mangled_page_loses_nothing(draft, founder, seen):
    typed = posted(founder, draft, seen=seen, draft_version="x", problem="Mine")
    assert founder.post(url("applying:application", draft), typed).status_code in {200, 302, 409}
    assert founders.reread(draft).answers["problem"] in {"Mine", factories.ANSWERS["problem"]}


# --- Files --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "upload, words",
    [
        (founders.upload(content=b"<html><script>alert(1)</script></html>"), "This is not a PDF"),
        (founders.upload("deck.html"), "This is not a PDF"),
        (founders.upload("deck.pdf.zip", b"PK\x03\x04"), "This is an archive"),
        (founders.upload(content=b""), "empty"),
        (founders.upload(content=founders.pdf() + b" " * 20_000_001), "larger than 20.0 MB"),
    ],
    ids=["html", "other name", "zip", "empty", "too large"],
)
def test_a_hostile_file_is_refused_and_the_deck_before_it_stays(draft, founder, upload, words):
    response = founder.post(url("applying:upload_file", draft, "deck"), {"deck": upload})
    assert response.status_code == 422
    assert words in text(response)
    upload.seek(0)
    response = founder.post(
        url("applying:application", draft), posted(founder, draft, deck=upload, problem="Kept")
    )
    assert response.status_code == 422
    assert words in text(response)
    assert founders.reread(draft).answers["problem"] == "Kept"
    assert draft.attachments.get().file.sha256


def test_a_replaced_deck_is_kept_for_the_version_that_named_it(draft, founder, signed_in, call):
    version = founders.submit(draft)
    old = draft.attachments.get().file
    founder.post(
        url("applying:upload_file", draft, "deck"), {"deck": founders.upload(content=founders.pdf(3))}
    )
    new = draft.attachments.get(replaced_at=None).file
    assert draft.attachments.count() == 2
    assert version.file_ids == [old.public_id]
    sealing.seal_call(call, now=factories.AFTER_CLOSE)
    Application.objects.update(eligibility=Application.Eligibility.ELIGIBLE)
    reviewer = factories.make_reviewer(call)
    reviews.begin(factories.assign(reviewer, draft), by=reviewer.user, now=factories.REVIEWING)
    client = signed_in(reviewer.user)
    assert client.get(reverse("applying:application_file", args=[old.public_id])).status_code == 200
    assert client.get(reverse("applying:application_file", args=[new.public_id])).status_code == 404
    assert history.of(draft).first().action == "application.file_opened"


# --- Whose it is --------------------------------------------------------------------------------------
@pytest.mark.parametrize("persona", ["rival_founder", "reviewer", "manager", "other_manager", "stranger"])
def test_nobody_but_the_owner_and_the_team_opens_an_application(cast, while_open, signed_in, persona):
    client = signed_in(getattr(cast, persona))
    assert client.get(url("applying:application", cast.application)).status_code == 404
    assert client.get(url("applying:receipt", cast.application, 1)).status_code == 404


def test_a_founders_home_says_what_is_next_in_every_state(call, while_open, signed_in):
    founder = factories.make_user()
    for name, fields in [("Draft", {}), ("Sent", {"submitted": True}), ("Back", {"status": "withdrawn"})]:
        factories.make_application(call, founder, name=f"{name} Company", **fields)
    client = signed_in(founder)
    page = text(client.get(reverse("applying:my_applications")))
    assert "Not submitted · 1 answer is missing or wrong" in page
    assert "Version 1 is in" in page
    assert "You withdrew it" in page
    clock.freeze(factories.REVIEWING)
    page = text(client.get(reverse("applying:my_applications")))
    assert "was not submitted before the call closed" in page
    assert "You hear from us on Thursday 21 December 2023" in page


def test_an_offer_shows_at_home_only_once_the_letters_are_out(cast, reviewing, signed_in):
    client = signed_in(cast.founder)
    home = reverse("applying:my_applications")
    assert "is being read" in text(client.get(home))
    (offer,) = factories.release(cast.call, cast.manager, [cast.application])
    assert offer.get_absolute_url() in client.get(home).content.decode()
    assert "there is an offer for you" in text(client.get(home))
    offer.move_to("accepted")
    assert "You are in" in text(client.get(home))
    assert "Read yours, with the reviewers’ comments" in text(signed_in(cast.rival_founder).get(home))


def test_the_home_asks_the_same_number_of_questions_for_one_and_for_thirty(
    call, while_open, signed_in, django_assert_max_num_queries
):
    founder = factories.make_user()
    client = signed_in(founder)
    for number in range(30):
        factories.make_application(call, founder, name=f"Company of {number}", submitted=number % 2 == 0)
        factories.make_call(call.programme, slug=f"other-{number}")
        if number in {0, 29}:
            with django_assert_max_num_queries(13):
                client.get(reverse("applying:my_applications"))


def test_a_withdrawn_application_is_reopened_from_its_page(draft, founder):
    founders.submit(draft)
    assert "Withdraw the application of Papyrus?" in text(
        founder.get(url("applying:withdraw_application", draft))
    )
    founder.post(url("applying:withdraw_application", draft), {"reason": "Too busy"})
    assert history.of(draft).first().reason == "Too busy"
    assert "Reopen it" in text(founder.get(url("applying:application", draft)))
    founder.post(url("applying:reopen_application", draft))
    assert founders.reread(draft).is_draft


def test_a_founder_with_a_startup_of_last_year_applies_with_it_again(call, while_open, signed_in):
    founder = factories.make_user()
    startup = factories.make_startup(founder, name="Old Hands", founded_year=2019)
    client = signed_in(founder)
    start = reverse("applying:start_application", args=[call.programme.slug, call.slug])
    client.post(start, {"startup": startup.public_id})
    application = Application.objects.get()
    assert (application.startup, application.answers["name"]) == (startup, "Old Hands")
    assert (
        client.post(start, {"startup": factories.make_startup(name="Not Mine").public_id}).status_code == 200
    )


def test_every_kind_of_question_can_be_answered_and_read_again(call, while_open, signed_in):
    section = call.sections.get()
    Question.objects.create(
        call=call, section=section, key="stage", kind="choice", label="Stage", position=20,
        choices=[{"value": "users", "label": {"en": "People use it"}}],
    )  # fmt: skip
    application = founders.make_draft(call, answers={"stage": "users"})
    version = founders.submit(application)
    client = signed_in(application.started_by)
    page = text(client.get(url("applying:receipt", application, version.number)))
    for words in (
        "France",
        "Language",
        "People use it",
        "https://papyrus.example",
        "deck.pdf (1 page, 1 kB)",
        "Yes",
    ):
        assert words in page


def test_hostile_words_are_shown_as_words(draft, founder):
    evil = '<script>alert("x")</script>'
    founder.post(
        url("applying:application", draft),
        posted(founder, draft, problem=evil, name=evil, website="javascript:alert(1)"),
    )
    for page in ("applying:application", "applying:submit_application"):
        content = founder.get(url(page, draft)).content.decode()
        assert evil not in content
        assert 'href="javascript' not in content
    assert json.loads(founder.get(url("applying:application", draft)).context["seen"])


def test_a_submit_in_the_last_microsecond_counts_through_the_page_too(draft, founder):
    clock.freeze(JUST_BEFORE)
    tiny = {"draft_version": draft.draft_version, "idempotency_key": uuid.uuid4()}
    assert founder.post(url("applying:submit_application", draft), tiny).status_code == 302
    clock.freeze(factories.CLOSES_AT + timedelta(seconds=1))
    repeat = founder.post(url("applying:submit_application", draft), tiny)
    assert (repeat.status_code, repeat.url) == (302, url("applying:receipt", draft, 1))


# --- The team -----------------------------------------------------------------------------------------
def test_a_co_founder_who_follows_the_invitation_writes_in_the_application(draft, founder, client):
    page = founder.post(url("applying:team", draft), {"email": "tomas@people.example"}, follow=True)
    assert "An invitation is on its way to tomas@people.example." in text(page)
    invited = Invitation.objects.get()
    assert (invited.startup, invited.kind) == (draft.startup, "co_founder")
    co_founder = factories.make_user("Tomas Riha", email="tomas@people.example")
    goes_on = invitations.accept(invited, by=co_founder, now=factories.WHILE_OPEN)
    assert goes_on == Destination("applying:application", (draft.public_id,))
    assert factories.sign_in(client, co_founder).get(draft.get_absolute_url()).status_code == 200


def test_whoever_is_in_the_team_cannot_be_invited_again_nor_the_whole_world(draft, founder):
    known = founder.post(url("applying:team", draft), {"email": draft.started_by.email})
    assert "is in the team already" in text(known)
    for number in range(invitations.MOST_OPEN):
        founder.post(url("applying:team", draft), {"email": f"friend{number}@people.example"})
    too_many = founder.post(url("applying:team", draft), {"email": "one.more@people.example"})
    assert "10 open invitations already" in text(too_many)
    assert Invitation.objects.count() == invitations.MOST_OPEN


def test_a_programme_in_another_zone_with_other_questions_goes_through_the_same_pages(db, signed_in):
    source = Path("tests/programmes/small-programme.toml")
    opened = datetime(2024, 2, 2, 12, tzinfo=UTC)
    clock.freeze(opened)
    programme_file.load(programme_file.read(source.read_text(), source.name), now=opened)
    client = signed_in(factories.make_user(time_zone="America/St_Johns"))
    client.post(
        reverse("applying:start_application", args=["lighthouse-residency", "spring"]), {"name": "Old Nets"}
    )
    application = Application.objects.get()
    assert "Friday 15 March 2024, 16:59 St John’s time" in text(
        client.get(url("applying:application", application))
    )
    answers = {
        "team_name": "Old Nets",
        "home": "CA",
        "berths": "4",
        "publishing": "data",
        "safety_at_sea": "on",
    }
    written = posted(client, application, **answers, plan="Listen to ice.", act="submit")
    ready = client.post(url("applying:application", application), written, follow=True)
    assert ready.context["problems"] == []
    tiny = ready.context["form"].initial
    clock.freeze(datetime(2024, 3, 15, 19, 29, 59, 999999, tzinfo=UTC))
    receipt = client.post(url("applying:submit_application", application), tiny, follow=True)
    assert "16:59 St John’s time" in text(receipt)
    assert "Canada" in text(receipt)
