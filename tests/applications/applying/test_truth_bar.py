"""On every page of an application: what is in, what is not in it, and until when; and one press that submits."""

import re
import uuid
from datetime import timedelta

import factories
import factories_founder as founders
import pytest
from django.urls import reverse

from accelerator import clock
from applications.applying import drafts, withdrawal
from applications.models import Submission

pytestmark = pytest.mark.django_db
JUST_BEFORE = factories.CLOSES_AT - factories.MICROSECOND
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


@pytest.fixture
def founder(draft, signed_in):
    return signed_in(draft.started_by)


def address(name, application, *more):
    return reverse(f"applying:{name}", args=[application.public_id, *more])


def change(draft, **answers):
    opened = founders.reread(draft)
    seen = drafts.marks(opened.answers)
    drafts.save_draft(opened, answers, by=draft.started_by, version=0, seen=seen, now=factories.WHILE_OPEN)


def words(response, mark='class="truth"') -> str:
    """What the bar says, without what waits for the close."""
    html = response.content.decode()
    bar = html[html.index(mark) : html.index("</p>", html.index(mark))]
    bar = re.sub(r"<span data-after-close.*", "", bar, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", bar.partition(">")[2]).split())


def test_every_page_of_an_application_says_what_is_in_and_what_is_not(draft, founder):
    founders.submit(draft)
    change(draft, problem="Later", team_size=9)
    file = draft.attachments.get().file.public_id
    pages = [
        address("application", draft),
        address("submit_application", draft),
        address("receipt", draft, 1),
        address("team", draft),
        address("compare_versions", draft),
        address("truth_bar", draft),
        reverse("applying:application_pages", args=[file]),
    ]
    for path in pages:
        response = founder.get(path)
        assert words(response) == "Version 1 is in · 2 changes are not in it", path
        assert response["Cache-Control"] == "private, no-store", path
    clock.freeze(factories.CLOSES_AT)
    for path in (address("application", draft), address("receipt", draft, 1), address("team", draft)):
        assert words(founder.get(path)) == "Closed: version 1 counts · 2 changes did not get in", path


def test_the_bar_says_what_is_missing_until_nothing_is(draft, founder):
    bar = address("truth_bar", draft)
    assert words(founder.get(bar)) == "Not submitted"
    assert "Submit now" in founder.get(bar).content.decode()
    change(draft, problem=None, team_size="many")
    assert words(founder.get(bar)) == "Not submitted · 2 answers are missing or wrong"
    assert "Submit now" not in founder.get(bar).content.decode()
    clock.freeze(factories.CLOSES_AT)
    assert words(founder.get(bar)) == "Closed: nothing was submitted"


def test_a_withdrawn_application_counts_for_nothing_and_says_so(draft, founder, while_open):
    founders.submit(draft)
    withdrawal.withdraw(draft, by=draft.started_by, now=while_open)
    assert words(founder.get(address("application", draft))) == "Withdrawn: nothing counts"
    withdrawal.reopen(draft, by=draft.started_by, now=while_open)
    assert words(founder.get(address("receipt", draft, 1))) == "Not submitted"


def test_reviewers_and_managers_see_no_bar_on_the_pages_of_a_file(cast, reviewing, signed_in):
    path = reverse("applying:application_pages", args=[cast.application.attachments.get().file.public_id])
    page = signed_in(cast.manager).get(path)
    assert page.status_code == 200
    assert "data-truth-bar" not in page.content.decode()


# --- One press that submits ---------------------------------------------------------------------------
def form_of(client, draft, **changed):
    """What a browser without JavaScript posts from the form."""
    page = client.get(address("application", draft))
    form = page.context["form"]
    fields = {key: form[key].data for key in form.fields if form[key].data is not None and key != "deck"}
    key = re.search(r'name="idempotency_key"\s+value="([^"]+)"', page.content.decode())
    hidden = {"draft_version": page.context["application"].draft_version, "seen": page.context["seen"]}
    return {**fields, **hidden, "idempotency_key": key[1] if key else "", **changed}


def test_the_form_submits_what_it_saves_in_one_press(draft, founder):
    given = form_of(founder, draft, problem="Written and sent in one go")
    response = founder.post(address("send_application", draft), given)
    assert response.url == address("receipt", draft, 1)
    assert Submission.objects.get().answers["problem"] == "Written and sent in one go"
    assert founder.post(address("send_application", draft), given).url == address("receipt", draft, 1)
    assert Submission.objects.count() == 1


def test_from_the_form_nothing_is_submitted_that_its_person_has_not_seen(draft, founder):
    given = form_of(founder, draft, problem="Mine")
    change(draft, one_line="Theirs, saved meanwhile")
    response = founder.post(address("send_application", draft), given, follow=True)
    assert response.redirect_chain[-1][0] == address("submit_application", draft)
    assert "The draft has changed since you opened this page" in response.content.decode()
    assert not Submission.objects.exists()
    answers = founders.reread(draft).answers
    assert (answers["problem"], answers["one_line"]) == ("Mine", "Theirs, saved meanwhile")


def test_from_the_form_an_application_that_lacks_something_is_saved_and_not_submitted(draft, founder):
    given = form_of(founder, draft, problem="")
    response = founder.post(address("send_application", draft), given)
    assert response.status_code == 422
    assert "Nothing was submitted. What you wrote is saved." in response.content.decode()
    assert not Submission.objects.exists()


def test_a_press_that_changes_nothing_is_told_so(draft, founder):
    founders.submit(draft)
    wish = {"draft_version": draft.draft_version, "idempotency_key": uuid.uuid4()}
    response = founder.post(address("submit_application", draft), wish, follow=True)
    assert "Version 1 is in already, and nothing has changed since" in response.content.decode()
    assert Submission.objects.count() == 1


def test_a_saved_page_hears_how_the_application_stands(draft, founder):
    founders.submit(draft)
    given = form_of(founder, draft, problem="Later")
    told = founder.post(address("application", draft), given, headers={"Accept": "application/json"}).json()
    assert "1 change is not in it" in told["bar"]
    assert 'form="application"' in told["bar"]


# --- What changed -------------------------------------------------------------------------------------
def test_the_check_page_lists_what_is_not_in_the_version_with_its_words_marked(draft, founder):
    founders.submit(draft)
    change(draft, problem="Notaries wait days for an extract.")
    page = founder.get(address("submit_application", draft)).content.decode()
    assert "One change is not in version 1" in page
    assert "wait <del\n>weeks</del><ins\n>days</ins> for" in page


def test_two_versions_are_compared_side_by_side(draft, founder):
    founders.submit(draft)
    assert founder.get(address("compare_versions", draft)).status_code == 404
    change(draft, problem="Notaries wait days.")
    founders.submit(draft)
    change(draft, website=None)
    page = founder.get(address("compare_versions", draft), {"before": "1", "after": "2"})
    [one] = page.context["changes"]
    assert (one.label, one.before) == ("Which problem do you solve?", factories.ANSWERS["problem"])
    assert page.context["same"] == len(factories.QUESTIONS) - 1
    latest = founder.get(address("compare_versions", draft))
    assert [one.key for one in latest.context["changes"]] == ["website"]
    assert (latest.context["before"], latest.context["after"]) == ("Version 2", "the draft")
    odd = founder.get(address("compare_versions", draft), {"before": "7", "after": "x"})
    assert odd.status_code == 200


def test_what_did_not_get_in_can_be_read_and_copied_after_the_close(draft, founder):
    founders.submit(draft)
    change(draft, problem="Written at 23:58")
    clock.freeze(factories.CLOSES_AT)
    page = founder.get(address("application", draft)).content.decode()
    assert "What did not get in" in page
    assert re.search(r"<textarea[^>]*readonly[^>]*>Written at 23:58</textarea>", page)
    clock.freeze(factories.CLOSES_AT.replace(year=2024, month=1, day=2))
    assert "What did not get in" not in founder.get(address("application", draft)).content.decode()


@pytest.mark.parametrize("page", ["application", "team"])
def test_the_bar_bears_a_ticket_for_what_its_press_submits(draft, founder, page):
    html = founder.get(address(page, draft)).content.decode()
    key = uuid.UUID(re.search(r'name="idempotency_key"\s+value="([^"]+)"', html)[1])
    token = re.search(r'data-ticket="([^"]+)"', html)[1]
    clock.freeze(JUST_BEFORE)
    assert founder.post(reverse("applying:take_ticket"), {"token": token}).status_code == 200
    clock.freeze(factories.CLOSES_AT + A_MINUTE)
    founder.post(
        address("submit_application", draft),
        {"draft_version": draft.draft_version, "idempotency_key": key},
    )
    assert Submission.objects.get().received_at == JUST_BEFORE
