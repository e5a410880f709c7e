"""Closing an account: fourteen days to undo it, then nothing of the person is left, and what others need goes on."""

import re
from datetime import timedelta

import access_states
import factories
import factories_founder as founders
import pytest
from canaries import everything, plant_in_person
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from letterbox import code_for

from accelerator import clock
from accelerator.messages import delivery, reminders, seals
from accelerator.models import AccountClosing, Certificate, OutboxMessage, User
from accelerator.privacy import closing, tidying
from accelerator.privacy.periods import later
from accelerator.transitions import NotAllowed
from applications.applying import receipts
from applications.models import Application, Review, Score, Submission

pytestmark = pytest.mark.django_db
CLOSE = reverse("privacy:close_account")
NOW = factories.REVIEWING


def after(moment, **more):
    return factories.at(moment + closing.DELAY + timedelta(**more))


def sealed(kind: str) -> str:
    return seals.opened(OutboxMessage.objects.get(kind=kind).text.encode()).decode()


def closed(user, now=NOW) -> Certificate:
    """Asked for, and done by the tick when its time has come."""
    begun = closing.ask(user, now=now)
    reminders.reconcile(after(now))
    begun.refresh_from_db()
    assert begun.done_at
    return Certificate.objects.get(object_type="accelerator.user", object_id=user.pk)


# --- Asking, and undoing ------------------------------------------------------------------------------
def test_operations_7_founder_a8_an_account_is_closed_after_fourteen_days(cast, reviewing):
    stranger = factories.just_signed_in(Client(), cast.stranger)
    assert stranger.get(CLOSE).status_code == 200
    assert stranger.post(CLOSE).status_code == 302
    begun = AccountClosing.objects.get(user=cast.stranger)
    assert begun.due_at == NOW + timedelta(days=14)
    assert "about to be closed" in stranger.get(reverse("privacy:my_data")).text
    reminders.reconcile(factories.at(begun.due_at - factories.MICROSECOND))
    assert User.objects.get(pk=cast.stranger.pk).is_active
    reminders.reconcile(factories.at(begun.due_at))
    gone = User.objects.get(pk=cast.stranger.pk)
    assert not gone.is_active
    assert gone.name == "Somebody who left"
    assert gone.email.endswith("@erased.invalid")
    assert stranger.get(reverse("privacy:my_data")).status_code == 302  # signed out


def test_it_takes_a_proof_that_it_is_oneself(cast, reviewing, signed_in):
    """A laptop left open closes no account and hands nobody a copy of everything."""
    client = signed_in(cast.stranger)
    assert client.get(CLOSE).status_code == 200
    asked = client.post(CLOSE)
    assert asked.url.startswith("/account/prove/")
    assert not AccountClosing.objects.exists()
    client.post(asked.url, {"action": "send"})
    went_on = client.post(asked.url, {"code": code_for(cast.stranger.email)})
    assert went_on.url == reverse("privacy:my_data")
    assert AccountClosing.objects.filter(user=cast.stranger).exists()


def test_a_copy_takes_a_proof_that_it_is_oneself(cast, reviewing, signed_in):
    client = signed_in(cast.founder)
    asked = client.post(reverse("privacy:take_copy"))
    assert asked.url.startswith("/account/prove/")
    client.post(asked.url, {"action": "send"})
    went_on = client.post(asked.url, {"code": code_for(cast.founder.email)})
    assert went_on["Content-Type"] == "application/zip"


def test_it_is_undone_on_the_page(cast, reviewing):
    client = factories.just_signed_in(Client(), cast.stranger)
    client.post(CLOSE)
    client.post(reverse("privacy:keep_account"))
    reminders.reconcile(after(NOW))
    assert User.objects.get(pk=cast.stranger.pk).name == "Sam Okoro"


def test_it_is_undone_by_the_link_of_the_mail_and_reading_it_changes_nothing(cast, reviewing, client):
    closing.ask(cast.stranger, now=NOW)
    path = re.search(r"/account/stays/\S+", sealed("accelerator.closing_asked")).group()
    assert client.get(path).status_code == 200
    assert AccountClosing.objects.get().undone_at is None
    assert "stays open" in client.post(path).text
    reminders.reconcile(after(NOW))
    assert User.objects.get(pk=cast.stranger.pk).is_active


def test_after_the_fourteen_days_nothing_can_be_undone(cast, reviewing):
    begun = closing.ask(cast.stranger, now=NOW)
    with pytest.raises(NotAllowed):
        closing.undo(begun, now=begun.due_at)


# --- What must be settled first -----------------------------------------------------------------------
def test_whoever_owns_a_team_hands_it_on_first(cast, reviewing):
    client = factories.just_signed_in(Client(), cast.founder)
    page = client.get(CLOSE)
    assert "Hand it to another founder first" in page.text
    assert reverse("applying:team", args=[cast.application.public_id]) in page.text
    assert client.post(CLOSE).status_code == 409
    assert not AccountClosing.objects.exists()


def test_the_only_manager_stays_until_somebody_else_is_in(cast, reviewing):
    with pytest.raises(NotAllowed, match="only manager"):
        closing.ask(cast.manager, now=NOW)


def test_the_only_founder_of_a_startup_with_a_place_stays(cast, reviewing):
    factories.release(cast.call, cast.manager, [cast.rival_application])
    with pytest.raises(NotAllowed, match="has a place"):
        closing.ask(cast.rival_founder, now=NOW)


def test_what_arises_within_the_fourteen_days_stops_it_and_is_said(cast, reviewing):
    closing.ask(cast.rival_founder, now=NOW)
    factories.release(cast.call, cast.manager, [cast.rival_application])
    cast.rival_application.offer.__class__.objects.update(expires_at=NOW + timedelta(days=60))
    reminders.reconcile(after(NOW))
    assert User.objects.get(pk=cast.rival_founder.pk).is_active
    assert OutboxMessage.objects.filter(kind="accelerator.closing_refused").count() == 1


def test_a_team_that_nobody_was_handed_passes_to_the_founder_who_is_there_longest(cast, reviewing):
    team = cast.application.startup.members
    team.filter(user=cast.founder).update(is_owner=False)
    team.filter(user=cast.co_founder).update(is_owner=True)
    closing.ask(cast.founder, now=NOW)
    team.filter(user=cast.co_founder).update(is_owner=False)
    team.filter(user=cast.founder).update(is_owner=True)  # handed back meanwhile
    reminders.reconcile(after(NOW))
    assert [one.user for one in cast.application.startup.team] == [cast.co_founder]
    assert cast.application.startup.team.get().is_owner


# --- What goes ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("persona", ["rival_founder", "co_founder", "other_reviewer", "mentor", "stranger"])
@pytest.mark.parametrize("state", ["reviewing", "released", "cohort"])
def test_no_canary_of_the_person_is_left_anywhere(
    persona, state, db, django_capture_on_commit_callbacks, caplog
):
    cast = access_states.build(state)
    person = getattr(cast, persona, None)
    canaries = plant_in_person(person, cast)
    now = factories.at(clock.now() + timedelta(days=1))
    assert [token for token in canaries if token in everything()] == list(canaries)
    with django_capture_on_commit_callbacks(execute=True):
        closing.erase(person, now=now)
        delivery.deliver()
        tidying.tidy(clock.real_now())
    left = everything()
    assert not [what for token, what in canaries.items() if token in left]
    assert not [token for token in canaries if token in caplog.text]
    call_command("verify_history")


def test_the_history_holds_afterwards(db, capsys):
    cast = access_states.build("cohort")
    closing.erase(cast.rival_founder, now=clock.now())
    call_command("verify_history")


def test_what_was_submitted_by_the_last_of_a_team_is_emptied_and_its_hash_stays(cast, reviewing):
    version = cast.rival_application.submissions.get()
    certificate = closed(cast.rival_founder)
    emptied = Submission.objects.get(pk=version.pk)
    assert emptied.content == {}
    assert emptied.content_hash == version.content_hash
    assert certificate.document["hashes"] == [version.content_hash]
    application = Application.objects.get(pk=cast.rival_application.pk)
    assert application.emptied_at
    assert application.is_withdrawn
    assert application.startup.name == "A startup that left"


def test_the_certificate_names_nobody_and_its_hash_is_that_of_the_document(cast, reviewing):
    from hashlib import sha256

    from accelerator.privacy import certificates

    certificate = closed(cast.rival_founder)
    text = certificates.canonical(certificate.document).decode()
    assert "Noor" not in text
    assert "Kestrel" not in text
    assert sha256(text.encode()).hexdigest() == certificate.sha256
    assert certificate.document["emptied"]["submitted versions"] == 1
    last = OutboxMessage.objects.get(kind="accelerator.account_closed")
    assert (last.recipient, last.to_email) == (None, cast.rival_founder.email)
    assert certificate.sha256 in sealed(last.kind)
    delivery.deliver()
    last.refresh_from_db()
    assert last.status == "sent"
    assert certificate.sha256 not in last.text


def test_a_team_keeps_what_it_wrote_together(cast, reviewing, signed_in):
    closed(cast.co_founder)
    application = Application.objects.get(pk=cast.application.pk)
    assert application.emptied_at is None
    assert application.last_version.answers["problem"] == "Notaries wait weeks for an extract."
    assert [one.user for one in application.startup.team] == [cast.founder]


def test_marks_and_comments_of_a_reviewer_stay_under_no_name(cast, reviewing):
    review = factories.make_review(cast.assignment, 7, 8)
    closed(cast.reviewer)
    kept = Review.objects.get(pk=review.pk)
    assert (float(kept.total), kept.comment_for_panel) == (review.total, "Solid.")
    assert Score.objects.filter(review=kept).count() == 2
    assert str(kept.assignment.reviewer) == "A reviewer who left"


def test_pages_of_what_is_emptied_still_open(cast, reviewing, signed_in):
    factories.make_review(cast.assignment)
    founder = cast.founder
    from applications.selecting import emptying

    emptying.empty(cast.application, why="time", now=NOW)
    path = reverse("reviewing:panel_application", args=[cast.call.pk, cast.application.public_id])
    page = signed_in(cast.manager).get(path)
    assert page.status_code == 200
    assert "no longer kept" in page.text
    client = signed_in(founder)
    assert client.get(reverse("applying:application", args=[cast.application.public_id])).status_code == 200
    receipt = [cast.application.public_id, 1]
    assert client.get(reverse("applying:receipt", args=receipt)).status_code == 200
    assert client.get(reverse("applying:receipt_content", args=receipt)).status_code == 409
    assert client.get(reverse("privacy:my_data")).status_code == 200


# --- The database lets nothing else pass --------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE applications_submission SET content = '{}'",
        "UPDATE applications_submission SET content_hash = ''",
        "SET LOCAL slipway.emptying = 'on'; UPDATE applications_submission SET content = '{\"answers\": {}}'",
        "SET LOCAL slipway.emptying = 'on'; UPDATE applications_submission SET number = 7, content = '{}'",
        "SET LOCAL slipway.emptying = 'on'; DELETE FROM applications_submission",
    ],
)
def test_a_sealed_version_is_emptied_by_one_function_alone(cast, reviewing, change):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_after_it_the_door_is_shut_again(cast, reviewing):
    with connection.cursor() as cursor:
        cursor.execute("SELECT empty_application(%s)", [cast.application.pk])
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("UPDATE applications_submission SET content = '{}'")
    version = cast.rival_application.last_version
    assert receipts.digest(version.content) == version.content_hash


# --- After a restore ----------------------------------------------------------------------------------
def test_what_was_erased_is_erased_anew_after_a_restore(
    call, reviewing, tmp_path, capsys, django_capture_on_commit_callbacks
):
    """The database of before comes back; the tombstones, kept beside the files, know better."""
    founder = factories.make_user("Noor Haddad")
    application = factories.make_application(call, founder, name="Kestrel", eligible=True)
    point = transaction.savepoint()
    with django_capture_on_commit_callbacks(execute=True):
        closing.erase(founder, now=NOW)
    call_command("replay_erasures", write=tmp_path / "stones.txt")
    transaction.savepoint_rollback(point)  # as the dump of the day before has it
    assert User.objects.get(pk=founder.pk).name == "Noor Haddad"
    call_command("replay_erasures")
    assert User.objects.get(pk=founder.pk).name == "A founder who left"
    assert Application.objects.get(pk=application.pk).emptied_at
    assert "erased anew" in capsys.readouterr().out
    call_command("replay_erasures", tombstones=tmp_path / "stones.txt")
    assert "2 tombstones, 0 erased anew." in capsys.readouterr().out


def test_a_founder_who_comes_back_begins_anew(cast, reviewing):
    address = cast.stranger.email
    closed(cast.stranger)
    again = factories.make_user("Sam Okoro", email=address)
    assert again.pk != cast.stranger.pk
    founders.make_draft(factories.make_call(slug="2024"), again)


# --- Accounts that nobody uses ------------------------------------------------------------------------
def test_after_retention_an_account_that_nobody_uses_goes_too_and_nothing_of_the_person_is_left(
    call, reviewing, django_capture_on_commit_callbacks
):
    founder = factories.make_user("Zoe zqnamezq", email="zqaddresszq@people.example", title="zqtitlezq")
    factories.make_application(call, founder, name="zqstartupzq", eligible=True, deck=True)
    factories.release(call, factories.make_manager(call.programme), [])
    User.objects.filter(pk=founder.pk).update(joined_at=NOW, last_login=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        moment = factories.at(later(NOW, 12))
        reminders.reconcile(moment)
        assert not AccountClosing.objects.exists()  # the application is gone, the account in use until then
        moment = factories.at(later(NOW, 24) + timedelta(days=1))
        reminders.reconcile(moment)
        assert "not signed in for two years" in sealed("accelerator.closing_asked")
        reminders.reconcile(after(moment, minutes=1))
        delivery.deliver()
        tidying.tidy(clock.real_now())
    left = everything()
    assert not [token for token in ("zqnamezq", "zqaddresszq", "zqtitlezq", "zqstartupzq") if token in left]


def test_whoever_says_no_is_not_asked_again_and_who_has_a_role_never(call, reviewing):
    manager, stranger = factories.make_manager(call.programme), factories.make_user("Sam Okoro")
    User.objects.update(joined_at=NOW, last_login=NOW)
    moment = factories.at(later(NOW, 24) + timedelta(days=1))
    reminders.reconcile(moment)
    begun = AccountClosing.objects.get()
    assert begun.user == stranger != manager
    closing.undo(begun, now=moment)
    reminders.reconcile(factories.at(moment + timedelta(days=2)))
    assert AccountClosing.objects.count() == 1


def test_while_an_application_is_kept_its_founder_is_not_asked(call, reviewing):
    founder = factories.make_user("Noor Haddad")
    factories.make_application(call, founder, eligible=True)  # never published, so it stays
    User.objects.update(joined_at=NOW, last_login=NOW)
    reminders.reconcile(factories.at(later(NOW, 30)))
    assert not AccountClosing.objects.exists()
