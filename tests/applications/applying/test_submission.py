"""A submission counts if the database stamped it before the deadline; nothing submitted is lost or changed."""

import hashlib
import json
import threading
import time
import uuid
from datetime import timedelta

import factories
import factories_founder as founders
import pytest
from django.db import DatabaseError, connection, transaction

from accelerator import clock, history
from accelerator.models import OutboxMessage, Startup
from accelerator.transitions import NotAllowed
from applications.applying import drafts, locking, receipts, sealing, submission, withdrawal
from applications.models import Application, CallWindow, Submission

pytestmark = pytest.mark.django_db
JUST_BEFORE = factories.CLOSES_AT - factories.MICROSECOND


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


def change(draft, words: str, now) -> None:
    opened = founders.reread(draft)
    save(draft, {"problem": words}, opened, now)


# --- The instant --------------------------------------------------------------------------------------
def test_a_submit_one_microsecond_before_the_deadline_is_kept(draft):
    version = founders.submit_at(draft, JUST_BEFORE)
    assert version.received_at == JUST_BEFORE
    assert founders.reread(draft).is_submitted


def test_a_submit_at_the_deadline_is_refused_and_the_attempt_is_on_record(draft):
    with pytest.raises(locking.TooLate, match="closed on Friday 1 December 2023, 23:59 Paris time"):
        founders.submit_at(draft, factories.CLOSES_AT)
    assert founders.reread(draft).is_draft
    assert not Submission.objects.exists()
    entry = history.of(draft).first()
    assert (entry.action, entry.happened_at) == ("application.refused_late", factories.CLOSES_AT)
    assert "too late" in entry.reason


def test_a_request_that_was_still_travelling_at_the_deadline_is_late(draft):
    with clock.held(JUST_BEFORE):  # when the request came in
        clock.freeze(factories.CLOSES_AT)  # when the database stamps it
        with pytest.raises(locking.TooLate):
            founders.submit(draft)


def test_a_submit_in_time_is_refused_once_the_application_is_sealed(draft, call):
    clock.freeze(JUST_BEFORE)
    Application.objects.filter(pk=draft.pk).update(sealed_at=factories.CLOSES_AT)
    with pytest.raises(locking.TooLate):
        founders.submit(draft)


def test_a_repeat_gets_the_first_receipt_again_even_after_the_deadline(draft):
    clock.freeze(JUST_BEFORE)
    key = uuid.uuid4()
    first = founders.submit(draft, key)
    clock.freeze(factories.AFTER_CLOSE)
    assert founders.submit(draft, key) == first
    assert Submission.objects.count() == 1


def test_a_page_brought_back_from_before_never_shows_an_old_receipt_as_the_answer_to_a_new_wish(
    draft, while_open
):
    """Back in the browser, twice: the page has the key and the draft of then, and its answers were changed since."""
    key = uuid.uuid4()
    first = founders.submit(draft, key)
    change(draft, "Written after the receipt", while_open)
    with pytest.raises(submission.Outdated, match="Version 1 is in, and the draft has changed since"):
        founders.submit(draft, key, draft_version=first.of_draft)
    second = founders.submit(draft, key)  # the same page, told of today's draft
    assert (second.number, second.answers["problem"]) == (2, "Written after the receipt")
    assert founders.submit(draft, key) == second


def test_the_key_of_a_version_that_was_withdrawn_is_no_receipt(draft, while_open):
    key = uuid.uuid4()
    founders.submit(draft, key)
    for number in (2, 3):
        withdrawal.withdraw(draft, by=draft.started_by, now=while_open)
        with pytest.raises(NotAllowed, match="withdrawn"):
            founders.submit(draft, key)
        withdrawal.reopen(draft, by=draft.started_by, now=while_open)
        assert founders.submit(draft, key).number == number
        assert founders.submit(draft, key).number == number


def test_a_wish_that_changes_nothing_makes_no_version(draft, while_open):
    first = founders.submit(draft)
    before = draft.answers["problem"]
    assert founders.submit(draft) == first
    change(draft, "Something else", while_open)
    change(draft, before, while_open)  # and back again: another draft, the same words
    assert founders.submit(draft) == first
    assert Submission.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="applications.receipt").count() == 1


def test_before_the_opening_nothing_can_be_submitted(draft):
    with pytest.raises(NotAllowed, match="not open yet"):
        founders.submit_at(draft, factories.OPENS_AT - factories.MICROSECOND)


# --- What is submitted --------------------------------------------------------------------------------
def test_a_submission_names_the_draft_that_the_person_read(draft, while_open):
    seen = draft.draft_version
    drafts.save_draft(
        draft, {"team_size": 9}, by=draft.started_by, version=seen, seen=drafts.marks(draft.answers), now=while_open
    )  # fmt: skip
    with pytest.raises(submission.Outdated):
        founders.submit(draft, draft_version=seen)


def test_what_is_missing_or_wrong_is_listed_in_the_order_of_the_form(call, while_open):
    application = factories.make_application(call, answers={"team_size": "many", "consent_privacy": False})
    with pytest.raises(submission.Incomplete) as refusal:
        founders.submit(application)
    assert [(p.key, p.message) for p in refusal.value.problems] == [
        ("team_size", "Please write a number in digits, such as 12 or 1500."),
        ("deck", "Please upload the file."),
        ("consent_privacy", "Please tick this box: without it nobody may read your application."),
    ]


def test_a_receipt_proves_content_files_time_and_the_version_before(draft):
    first = founders.submit(draft)
    founders.attach(draft, pages=2)
    second = founders.submit(draft)
    assert (first.number, second.number) == (1, 2)
    assert second.previous_hash == first.content_hash == second.content["previous_hash"]
    kept = Submission.objects.get(pk=second.pk).content  # as it comes back from the database
    assert hashlib.sha256(receipts.canonical(kept)).hexdigest() == second.content_hash
    assert kept["received_at"] == "2023-11-28T09:00:00.000000Z"
    assert kept["files"][0]["sha256"] == hashlib.sha256(founders.pdf(2)).hexdigest()
    assert first.content["files"][0]["sha256"] == hashlib.sha256(founders.pdf(1)).hexdigest()
    assert [q["key"] for q in kept["questions"]] == [q["key"] for q in factories.QUESTIONS]


def test_every_member_of_the_team_gets_the_receipt_once(draft):
    draft.startup.members.create(user=factories.make_user("Tomas Riha"))
    key = uuid.uuid4()
    version = founders.submit(draft, key)
    founders.submit(draft, key)
    mails = OutboxMessage.objects.filter(kind="applications.receipt")
    assert mails.count() == 2
    assert version.content_hash in mails[0].text
    assert "23:59 Paris time" in mails[0].text
    assert "2 December" not in mails[0].text


def test_the_database_refuses_to_change_or_delete_a_version(draft):
    version = founders.submit(draft)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Submission.objects.filter(pk=version.pk).update(content_hash="f" * 64)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        version.delete()


# --- Drafts -------------------------------------------------------------------------------------------
def save(application, answers, opened: Application, now):
    return drafts.save_draft(
        application,
        answers,
        by=application.started_by,
        version=opened.draft_version,
        seen=drafts.marks(opened.answers),
        now=now,
    )


def test_two_founders_who_write_in_different_answers_both_keep_their_words(draft, while_open):
    opened = founders.reread(draft)
    save(draft, {**opened.answers, "problem": "Mine"}, opened, while_open)
    saved = save(draft, {**opened.answers, "one_line": "Yours"}, opened, while_open)
    assert not saved.conflicts
    answers = founders.reread(draft).answers
    assert (answers["problem"], answers["one_line"]) == ("Mine", "Yours")


def test_two_founders_who_change_the_same_answer_are_told_and_nobody_is_overwritten(draft, while_open):
    opened = founders.reread(draft)
    save(draft, {"problem": "Mine"}, opened, while_open)
    saved = save(draft, {"problem": "Yours", "team_size": 7}, opened, while_open)
    assert {key: theirs.value for key, theirs in saved.conflicts.items()} == {"problem": "Mine"}
    answers = founders.reread(draft).answers
    assert (answers["problem"], answers["team_size"]) == ("Mine", 7)


def test_a_save_that_changes_nothing_makes_no_new_draft(draft, while_open):
    opened = founders.reread(draft)
    save(draft, opened.answers, opened, while_open)
    assert founders.reread(draft).draft_version == opened.draft_version


def test_sound_answers_fill_the_columns_of_the_startup(draft, while_open):
    opened = founders.reread(draft)
    save(draft, {"name": "Papyrus II", "website": "no address"}, opened, while_open)
    startup = Startup.objects.get(pk=draft.startup_id)
    assert (startup.name, startup.website) == ("Papyrus II", "")
    assert founders.reread(draft).answers["website"] == "no address"


def test_nothing_is_saved_or_attached_after_the_deadline(draft):
    late = factories.CLOSES_AT
    with pytest.raises(locking.TooLate):
        save(draft, {"problem": "Late"}, draft, late)
    with pytest.raises(locking.TooLate):
        founders.attach(draft, now=late)
    assert draft.attachments.count() == 1


def test_starting_twice_gives_the_same_application(call, while_open):
    founder = factories.make_user()
    first = drafts.start(call, by=founder, name="Papyrus", now=while_open)
    assert drafts.start(call, by=founder, name="papyrus", now=while_open) == first
    assert first.answers == {"name": "Papyrus"}
    other = drafts.start(call, by=founder, name="Kestrel", now=while_open)
    assert other != first
    with pytest.raises(NotAllowed, match="not open"):
        drafts.start(call, by=founder, name="Late", now=factories.CLOSES_AT)


# --- Withdrawing --------------------------------------------------------------------------------------
def test_a_withdrawn_application_can_be_reopened_and_submitted_again_until_the_deadline(draft, while_open):
    founders.submit(draft)
    withdrawal.withdraw(draft, by=draft.started_by, reason="Wrong call", now=while_open)
    assert founders.reread(draft).is_withdrawn
    with pytest.raises(NotAllowed, match="withdrawn"):
        founders.submit(draft)
    withdrawal.reopen(draft, by=draft.started_by, now=while_open)
    assert founders.submit(draft).number == 2
    with pytest.raises(locking.TooLate):
        withdrawal.withdraw(draft, by=draft.started_by, now=factories.CLOSES_AT)


# --- Sealing ------------------------------------------------------------------------------------------
def test_sealing_waits_two_minutes_and_writes_down_what_counts(draft, call):
    founders.submit(draft)
    founders.attach(draft, pages=2)
    founders.submit(draft)
    left_alone = factories.make_application(call, name="Kestrel")
    assert not sealing.seal_call(call, now=factories.CLOSES_AT + timedelta(seconds=119))
    sealed_at = factories.CLOSES_AT + sealing.SEALED_AFTER
    assert sealing.seal_call(call, now=sealed_at)
    assert not sealing.seal_call(call, now=sealed_at + timedelta(days=3))
    window = CallWindow.objects.get(pk=call.pk)
    assert window.sealed_at == sealed_at
    last = Submission.objects.get(application=draft, number=2)
    assert window.seal_hash == receipts.digest(receipts.seal_list(call, [last]))
    assert founders.reread(draft).is_sealed
    assert founders.reread(left_alone).is_sealed


def test_a_later_tick_seals_with_the_same_result(draft, call):
    founders.submit(draft)
    listed = receipts.digest(receipts.seal_list(call, list(Submission.objects.all())))
    sealing.seal_call(call, now=factories.CLOSES_AT + timedelta(days=30))
    assert CallWindow.objects.get(pk=call.pk).seal_hash == listed


def test_the_database_refuses_a_version_of_a_sealed_application(draft, call):
    version = founders.submit(draft)
    sealing.seal_call(call, now=factories.AFTER_CLOSE)
    copy = {f.attname: getattr(version, f.attname) for f in Submission._meta.fields if f.attname != "id"}
    with pytest.raises(DatabaseError, match="is sealed"), transaction.atomic():
        Submission.objects.create(**copy | {"number": 2, "idempotency_key": uuid.uuid4()})


# --- Many at once -------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_in_the_rush_every_answer_is_true_none_late_none_lost():
    """Twenty submit within 0.3 s of the deadline: whoever was told yes is there, stamped in time, and sealed."""
    call = factories.make_call()
    factories.at(factories.WHILE_OPEN)
    drafts = [founders.make_draft(call, name=f"Startup {letter}") for letter in "ABCDEFGHIJKLMNOPQRST"]
    clock.shift_to(factories.CLOSES_AT - timedelta(seconds=1))
    told = {}

    def hurry(place, draft):
        try:
            go = factories.CLOSES_AT + timedelta(milliseconds=30 * (place - 10))
            time.sleep(max(0, (go - clock.now()).total_seconds()))
            told[draft.pk] = founders.submit(draft).received_at
        except locking.TooLate:
            told[draft.pk] = None
        finally:
            connection.close()

    threads = [threading.Thread(target=hurry, args=pair) for pair in enumerate(drafts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    kept = dict(Submission.objects.values_list("application_id", "received_at"))
    assert len(told) == 20
    assert 0 < len(kept) < 20
    assert kept == {pk: stamp for pk, stamp in told.items() if stamp}
    assert all(stamp < factories.CLOSES_AT for stamp in kept.values())
    assert sealing.seal_call(call, now=factories.CLOSES_AT + sealing.SEALED_AFTER)
    assert call.applications.sealed().count() == len(kept)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_version():
    call = factories.make_call()
    factories.at(factories.WHILE_OPEN)
    draft = founders.make_draft(call)
    key, numbers = uuid.uuid4(), []

    def click():
        try:
            numbers.append(founders.submit(draft, key).number)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert numbers == [1] * 8
    assert json.loads(json.dumps(Submission.objects.get().content))["version"] == 1
