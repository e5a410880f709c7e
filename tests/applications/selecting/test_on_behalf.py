"""What a manager does for a team that cannot: with a reason, on record, told to the team, and past the gate."""

import uuid

import factories
import factories_founder as founders
import pytest
from django.test import Client
from django.urls import reverse
from page_forms import Form

from accelerator import clock
from accelerator.models import HistoryEntry, OutboxMessage
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying import drafts, sealing, withdrawal
from applications.applying import team as teams
from applications.models import Application
from applications.reviewing import conflicts
from applications.selecting import on_behalf

pytestmark = pytest.mark.django_db
NOW = factories.WHILE_OPEN
REASON = "Maud asked by telephone; her network is down."


@pytest.fixture
def manager(call, while_open):
    return factories.make_manager(call.programme)


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


@pytest.fixture
def mine(manager):
    return factories.sign_in(Client(), manager)


@pytest.fixture
def friend(draft):
    person = factories.make_user("Maud Le Goff")
    draft.startup.members.create(user=person)
    return person


def help_page(application) -> str:
    return reverse("selecting:help_team", args=[application.call_id, application.public_id])


def do(client, application, act, question="", **wish):
    """Open the page, fill the form of one act in and press its button."""
    path = help_page(application) + (f"?question={question}" if question else "")
    shown = Form(client.get(path).text, f"{act}-reason").values
    named = {f"{act}-{name}" if name != question else name: value for name, value in wish.items()}
    return client.post(path, shown | {f"{act}-reason": REASON} | named, follow=True)


def told(kind="done_for_team"):
    return list(OutboxMessage.objects.filter(kind=f"applications.{kind}").order_by("pk"))


def close(call):
    clock.freeze(factories.AFTER_CLOSE)
    sealing.seal_call(call, now=factories.AFTER_CLOSE)


# --- Filling in, and submitting -------------------------------------------------------------------------
def test_an_answer_is_filled_in_for_a_founder_who_cannot(draft, mine, manager):
    page = do(mine, draft, "fill_in", "problem", problem="Extracts take weeks.").text
    assert "The answer is in the draft, and the team is told." in page
    draft = founders.reread(draft)
    assert draft.answers["problem"] == "Extracts take weeks."
    assert draft.answer_rows.get(key="problem").by == manager
    assert draft.earlier_answers.get(key="problem").value == "Notaries wait weeks for an extract."
    [mail] = told()
    assert mail.recipient == draft.started_by
    assert "Which problem do you solve?" in mail.text
    assert REASON in mail.text
    assert "Extracts" not in mail.text
    entry = HistoryEntry.objects.get(action="application.filled_in_for_team")
    assert (entry.actor, entry.reason) == (manager, REASON)


def test_a_draft_shows_the_manager_no_word_of_its_team(draft, mine):
    page = mine.get(help_page(draft) + "?question=problem").text
    assert "Which problem do you solve?" in page
    assert "Notaries wait" not in page


def test_what_the_team_wrote_since_is_not_overwritten(draft, mine, manager):
    path = help_page(draft) + "?question=problem"
    old = Form(mine.get(path).text, "fill_in-reason").values
    drafts.save_draft(
        draft, {"problem": "Ours."}, by=draft.started_by, now=NOW, seen=drafts.marks(draft.answers)
    )
    refused = mine.post(path, old | {"fill_in-reason": REASON, "problem": "Theirs."}).text
    assert "has written in this answer since" in refused
    assert "Theirs." in refused
    assert founders.reread(draft).answers["problem"] == "Ours."
    assert not told()


def test_no_consent_is_given_for_a_team(draft, manager):
    with pytest.raises(NotAllowed, match="answer that they gave"):
        on_behalf.fill_in(draft, {"consent_privacy": True}, reason=REASON, saw=99, by=manager, now=NOW)


def test_a_draft_is_submitted_for_its_team_which_has_the_receipt(draft, mine, manager):
    page = do(mine, draft, "submit")
    assert "It is submitted" in page.text
    draft = founders.reread(draft)
    assert draft.is_submitted
    assert draft.last_version.submitted_by == manager
    assert [mail.recipient for mail in told("receipt")] == [draft.started_by]
    assert REASON in told()[0].text
    assert HistoryEntry.objects.get(action="application.submitted_for_team").reason == REASON


def test_a_second_press_submits_and_tells_nothing_twice(draft, manager):
    key, saw = uuid.uuid4(), draft.draft_version
    for _press in range(2):
        on_behalf.submit_for(founders.reread(draft), reason=REASON, saw=saw, key=key, by=manager, now=NOW)
    assert draft.submissions.count() == 1
    assert len(told()) == 1


# --- Out, and back in -----------------------------------------------------------------------------------
def test_an_open_application_is_withdrawn_and_reopened_for_its_team(draft, mine, manager):
    assert "It is withdrawn" in do(mine, draft, "withdraw").text
    assert founders.reread(draft).is_withdrawn
    assert REASON in told("withdrawn")[0].text
    assert "It is a draft again" in do(mine, draft, "reopen").text
    assert founders.reread(draft).is_draft
    assert REASON in told()[0].text
    entry = HistoryEntry.objects.get(action="application.reopened")
    assert (entry.actor, entry.reason) == (manager, REASON)


def test_a_founders_own_reason_is_not_in_the_mail_to_the_team(draft):
    withdrawal.withdraw(draft, by=draft.started_by, reason="We ran out of money.", now=NOW)
    assert "ran out of money" not in told("withdrawn")[0].text


def test_a_sealed_application_is_withdrawn_for_good_and_reopened_only_with_time(draft, call, mine, manager):
    founders.submit(draft)
    close(call)
    assert "this cannot be undone" in mine.get(help_page(draft)).text
    do(mine, draft, "withdraw")
    assert founders.reread(draft).withdrawn_after_closing_at == factories.AFTER_CLOSE
    with pytest.raises(NotAllowed, match="Say until when"):
        on_behalf.reopen_for(
            founders.reread(draft), until=None, reason=REASON, seen=None, by=manager, now=clock.now()
        )
    do(mine, draft, "reopen", last_day="2023-12-04")
    draft = founders.reread(draft)
    assert (draft.is_draft, draft.is_editable(clock.now())) == (True, True)
    assert "Monday 4 December 2023, 23:59" in told()[-1].text
    founders.submit(draft)
    assert founders.reread(draft).is_submitted


def test_whoever_has_a_conflict_in_the_call_leaves_it_to_others_to_take_a_rival_out(call, draft, manager):
    founders.submit(draft)
    rival = factories.make_application(call, name="Kestrel", sealed=True)
    factories.make_manager(call.programme, "Ada Lovelace")
    conflicts.recuse(rival, who=manager, reason="Cousin", by=manager, now=NOW)
    close(call)
    with pytest.raises(NotAllowed, match="conflict of interest"):
        on_behalf.withdraw_for(founders.reread(draft), reason=REASON, seen=None, by=manager, now=clock.now())


# --- The team and its name ------------------------------------------------------------------------------
def test_a_team_is_handed_to_another_member_and_all_are_told(draft, friend, mine):
    member = draft.startup.members.get(user=friend)
    page = do(mine, draft, "hand_over", to=member.pk)
    assert "another owner" in page.text
    assert draft.startup.team.get(is_owner=True).user == friend
    assert {mail.recipient for mail in told()} == {draft.started_by, friend}
    assert "Maud Le Goff owns it now" in told()[0].text


def test_a_name_is_corrected_and_stays_so_when_they_submit(draft, mine):
    do(mine, draft, "name", name="Papyrus  Labs")
    draft = founders.reread(draft)
    assert (draft.startup.name, draft.answers["name"]) == ("Papyrus Labs", "Papyrus Labs")
    assert "from Papyrus to Papyrus Labs" in " ".join(told()[0].text.split())
    founders.submit(draft)
    assert founders.reread(draft).startup.name == "Papyrus Labs"
    assert HistoryEntry.objects.get(action="application.name_corrected").changes == {
        "name": ["Papyrus", "Papyrus Labs"]
    }


def test_a_name_is_corrected_after_the_seal_and_the_version_keeps_its_words(draft, call, mine):
    version = founders.submit(draft)
    close(call)
    do(mine, draft, "name", name="Papyrus Labs")
    draft = founders.reread(draft)
    assert draft.startup.name == "Papyrus Labs"
    assert draft.last_version.content_hash == version.content_hash


# --- The gate -------------------------------------------------------------------------------------------
def acts(application, by, friend=None):
    now = clock.now()
    common = {"by": by, "now": now}
    yield lambda reason: on_behalf.fill_in(application, {"problem": "X"}, reason=reason, saw=99, **common)
    yield lambda reason: on_behalf.submit_for(
        application, reason=reason, saw=application.draft_version, key=uuid.uuid4(), **common
    )
    yield lambda reason: on_behalf.withdraw_for(application, reason=reason, seen=None, **common)
    yield lambda reason: on_behalf.reopen_for(application, until=None, reason=reason, seen=None, **common)
    yield lambda reason: on_behalf.correct_name(application, "Other", reason=reason, seen=None, **common)
    member = application.startup.members.exclude(is_owner=True).first()
    yield lambda reason: on_behalf.hand_over_for(application, member, reason=reason, seen=None, **common)


def test_nothing_is_done_for_a_team_without_a_reason_or_despite_a_conflict(
    call, draft, friend, manager, mine
):
    other = factories.make_manager(call.programme, "Odile Faure")
    conflicts.recuse(draft, who=other, reason="Cousin", by=other, now=NOW)
    for act in acts(draft, manager):
        with pytest.raises(NotAllowed, match="Please say why"):
            act("  ")
    for act in acts(draft, other):
        with pytest.raises(NotAllowed):
            act(REASON)
    assert factories.sign_in(Client(), other).get(help_page(draft)).status_code == 404
    assert not told()
    assert founders.reread(draft).is_draft


def test_an_act_from_an_old_page_is_refused_with_what_happened_and_keeps_the_words(draft, mine, manager):
    old = Form(mine.get(help_page(draft)).text, "name-reason").values
    other = factories.make_manager(draft.call.programme, "Ada Lovelace")
    on_behalf.correct_name(draft, "Papyrus SAS", reason=REASON, seen=None, by=other, now=NOW)
    refused = mine.post(help_page(draft), old | {"name-reason": REASON, "name-name": "Papyrus Labs"}).text
    assert "Ada Lovelace" in refused
    assert "Papyrus Labs" in refused
    assert founders.reread(draft).startup.name == "Papyrus SAS"


def test_an_act_that_is_no_longer_possible_says_so(draft, mine):
    old = Form(mine.get(help_page(draft)).text, "withdraw-reason").values
    withdrawal.withdraw(draft, by=draft.started_by, now=NOW)
    page = mine.post(help_page(draft), old | {"withdraw-reason": REASON})
    assert (page.status_code, "not possible for this application now" in page.text) == (200, True)


def test_the_owner_meanwhile_is_not_passed_over(draft, friend, manager):
    member = draft.startup.members.get(user=friend)
    teams.hand_over(member, by=draft.started_by, now=NOW)
    with pytest.raises(SomebodyWasFirst):
        on_behalf.hand_over_for(
            draft, draft.startup.members.get(user=friend), reason=REASON, seen=None, by=manager, now=NOW
        )


def test_a_manager_reaches_the_page_from_a_draft_and_from_a_submitted_application(draft, mine):
    notes = reverse("lists:notes", args=[draft.call_id, draft.public_id])
    assert help_page(draft) in mine.get(notes).text
    founders.submit(draft)
    page = reverse("reviewing:panel_application", args=[draft.call_id, draft.public_id])
    assert help_page(draft) in mine.get(page).text


def test_the_page_asks_the_database_no_more_often_with_more_people(
    draft, mine, django_assert_max_num_queries
):
    for number in range(5):
        draft.startup.members.create(user=factories.make_user(f"Member {number}"))
    with django_assert_max_num_queries(45):
        mine.get(help_page(Application.objects.get(pk=draft.pk)))
