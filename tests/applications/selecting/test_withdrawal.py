"""A sealed application that its founders withdraw: out of the selection, for good, until the decisions are published."""

import json

import factories
import pytest
from access_rows import PERSONAS
from django.test import Client
from django.urls import reverse
from races import at_once

from accelerator.messages import delivery
from accelerator.models import HistoryEntry, OutboxMessage
from accelerator.transitions import NotAllowed
from applications.models import Application, Assignment, Decision, Letter, Offer, Release, Review
from applications.scoring.verify_dossier import differences, verify
from applications.selecting import deciding, dossiers, findings, letters, releasing, withdrawal

NOW = factories.REVIEWING
NAMES = ["Papyrus", "Kestrel", "Tidewater", "Marrow", "Ostinato"]


@pytest.fixture
def call(db, reviewing):
    return factories.make_call(seats=1, reserve=3)


@pytest.fixture
def manager(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def applications(call):
    return [factories.make_application(call, name=name, eligible=True) for name in NAMES]


def withdraw(application, reason=""):
    withdrawal.withdraw_sealed(application, by=application.started_by, reason=reason, now=NOW)


def decide(manager, applications):
    """The first picked, the three behind it in reserve."""
    deciding.pick(applications[0], reason="Clear need", by=manager, now=NOW)
    for application in applications[1:4]:
        deciding.put_in_reserve(application, by=manager, now=NOW)


def reserve(call):
    rows = Decision.objects.filter(call=call).in_reserve()
    return [(decision.reserve_position, str(decision.application)) for decision in rows]


def page_of(application):
    client = factories.sign_in(Client(), application.started_by)
    return client, client.get(application.get_absolute_url()).content.decode()


# --- What it brings about ---------------------------------------------------------------------------------
def test_a_seat_becomes_free_and_nothing_is_published_until_it_is_given(call, manager, applications):
    decide(manager, applications)
    deciding.leave_out_all_others(call, by=manager, now=NOW)
    letters.prepare_letters(call, by=manager, now=NOW)
    withdraw(applications[0])
    assert not Letter.objects.waiting().filter(application=applications[0]).exists()
    assert [str(one) for one in releasing.obstacles(call)] == ["0 of 1 seat is given."]
    with pytest.raises(NotAllowed, match="has withdrawn"):
        deciding.pick(applications[0], reason="Clear need", by=manager, now=NOW)
    assert deciding.pick(applications[1], reason="Clear need", by=manager, now=NOW).seat.number == 1


def test_the_reserve_moves_up_and_keeps_its_order(call, manager, applications):
    decide(manager, applications)
    withdraw(applications[2])
    assert reserve(call) == [(1, "Kestrel"), (2, "Marrow")]
    deciding.leave_out_all_others(call, by=manager, now=NOW)
    letters.prepare_letters(call, by=manager, now=NOW)
    releasing.release(call, by=manager, now=NOW)
    promoted = factories.decline_for_good(Offer.objects.get(), by=applications[0].started_by, now=NOW)
    assert promoted.application == applications[1]
    promoted = factories.decline_for_good(promoted, by=applications[1].started_by, now=NOW)
    assert promoted.application == applications[3]


def test_reviewers_are_no_longer_asked_and_their_reviews_stay_but_do_not_count(call, applications):
    done, asked = (factories.make_reviewer(call, name) for name in ("Ada Stern", "Lia Moss"))
    review = factories.make_review(factories.assign(done, applications[0]), 7, 7)
    factories.assign(asked, applications[0])
    withdraw(applications[0])
    assert not Assignment.objects.filter(withdrawn_at=None).exists()
    assert not Assignment.objects.awaiting_review().exists()
    assert not Review.objects.counted().exists()
    assert Review.objects.get().scores.count() == review.scores.count() == 2


def test_the_ranking_leaves_it_out(call, applications):
    assert applications[0].pk in findings.of(call).standing
    withdraw(applications[0])
    assert applications[0].pk not in findings.of(call).standing


def test_managers_hear_who_withdrew_why_and_which_place_is_free(call, manager, applications):
    kept_away = factories.make_manager(call.programme, "Zoé Lantier")
    applications[0].recusals.create(user=kept_away, reason="Cousin", declared_by=kept_away)
    decide(manager, applications)
    withdraw(applications[0], reason="We were bought.")
    mail = OutboxMessage.objects.get(kind="applications.withdrawn_after_closing")
    assert mail.recipient == manager
    for words in (
        str(applications[0].started_by),
        "Papyrus",
        "We were bought.",
        "had place 1 among the chosen",
    ):
        assert words in mail.text
    withdraw(applications[2])
    text = OutboxMessage.objects.filter(kind="applications.withdrawn_after_closing").latest("pk").text
    assert "It was number 2 in the reserve" in text


def test_the_team_hears_that_it_cannot_be_undone(applications):
    withdraw(applications[0])
    mail = OutboxMessage.objects.get(kind="applications.withdrawn")
    assert mail.recipient == applications[0].started_by
    assert "this cannot be undone" in mail.text
    assert "reopened" not in mail.text
    delivery.deliver()
    assert OutboxMessage.objects.get(pk=mail.pk).status == OutboxMessage.Status.SENT


def test_the_history_says_who_and_why(manager, applications):
    decide(manager, applications)
    withdraw(applications[0], reason=" We were bought. ")
    entry = HistoryEntry.objects.get(action="application.withdrawn_after_closing")
    assert (entry.actor, entry.reason, entry.details) == (
        applications[0].started_by,
        "We were bought.",
        {"outcome": "selected"},
    )


# --- When it is refused -----------------------------------------------------------------------------------
def test_after_the_release_it_is_refused(call, manager, applications):
    decide(manager, applications)
    deciding.leave_out_all_others(call, by=manager, now=NOW)
    letters.prepare_letters(call, by=manager, now=NOW)
    releasing.release(call, by=manager, now=NOW)
    application = Application.objects.get(pk=applications[1].pk)
    with pytest.raises(NotAllowed, match="published, so an application can no longer be withdrawn"):
        withdraw(application)
    client, page = page_of(application)
    address = reverse("after_closing:withdraw_sealed", args=[application.public_id])
    assert address not in page
    answer = client.post(address)
    assert answer.status_code == 409
    assert "can no longer be withdrawn" in answer.content.decode()


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"sealed_at": None}, "not sealed yet"),
        ({"status": "draft"}, "not submitted"),
        ({"status": "withdrawn"}, "withdrawn already"),
    ],
)
def test_only_what_was_submitted_and_is_sealed_can_be_withdrawn(applications, state, sentence):
    Application.objects.filter(pk=applications[0].pk).update(**state)
    with pytest.raises(NotAllowed, match=sentence):
        withdraw(applications[0])
    _client, page = page_of(applications[0])
    assert reverse("after_closing:withdraw_sealed", args=[applications[0].public_id]) not in page


# --- The founder's pages ----------------------------------------------------------------------------------
def test_a_founder_is_asked_first_and_reads_afterwards_that_it_is_withdrawn(applications):
    client, page = page_of(applications[0])
    address = reverse("after_closing:withdraw_sealed", args=[applications[0].public_id])
    assert address in page
    question = client.get(address).content.decode()
    for words in ("Withdraw the application of Papyrus?", "not judged any more", "cannot be undone"):
        assert words in question
    assert not OutboxMessage.objects.exists()
    after = client.post(address, {"reason": "We were bought."}, follow=True).content.decode()
    assert "Papyrus is withdrawn" in after
    assert address not in after
    assert "Reopen" not in after


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_is_the_teams_alone(cast, reviewing, method):
    Application.objects.filter(pk=cast.application.pk).update(sealed_at=NOW)
    address = reverse("after_closing:withdraw_sealed", args=[cast.application.public_id])
    others = [name for name in PERSONAS if name not in {"anonymous", "founder", "co_founder"}]
    for persona in [name for name in others if hasattr(cast, name)] + ["co_founder"]:
        answer = getattr(factories.sign_in(Client(), getattr(cast, persona)), method)(address)
        expected = 404 if persona != "co_founder" else {"get": 200, "post": 302}[method]
        assert answer.status_code == expected, persona
    assert getattr(Client(), method)(address).status_code == 302


# --- The dossier ------------------------------------------------------------------------------------------
def test_the_frozen_dossier_counts_who_withdrew_and_verifies(call, manager, applications, tmp_path):
    readers = [
        factories.make_reviewer(call, *who)
        for who in (("Ada", "meta"), ("Lia", "scaleway"), ("Per", "hugging-face"))
    ]
    for mark, application in enumerate(applications, 3):
        for reader in readers:
            factories.make_review(factories.assign(reader, application), mark, mark)
    decide(manager, applications)
    withdraw(applications[0])
    withdraw(applications[4])
    made = dossiers.made(call)
    assert applications[0].pk not in made.applications.values()
    deciding.pick(applications[1], reason="Clear need", by=manager, now=NOW)
    letters.prepare_letters(call, by=manager, now=NOW)
    releasing.release(call, by=manager, now=NOW)
    frozen = Release.objects.get().dossier
    assert json.loads(frozen.text)["withdrawn"] == 2
    assert differences(frozen.text, frozen.seal) == []
    file = tmp_path / "dossier.json"
    file.write_text(frozen.text)
    assert "withdrawn 2 after the call closed" in verify(file)[1]
    file.write_text(frozen.text.replace('"withdrawn":2', '"withdrawn":0'))
    assert not verify(file)[0]


# --- Races ------------------------------------------------------------------------------------------------
@pytest.fixture
def committed(transactional_db):
    """A call with one seat and two applications, which other threads see."""
    factories.at(NOW)
    call = factories.make_call(seats=1, reserve=1)
    return (
        call,
        factories.make_manager(call.programme),
        [factories.make_application(call, name=name, eligible=True) for name in NAMES[:2]],
    )


def fresh(application):
    return Application.objects.select_related("call__programme", "startup", "started_by").get(
        pk=application.pk
    )


@pytest.mark.parametrize("_again", range(5))
def test_withdrawn_and_picked_at_once_leaves_no_seat_to_a_withdrawn_one(committed, _again):
    _call, manager, (application, _other) = committed
    at_once(
        lambda: withdraw(fresh(application)),
        lambda: deciding.pick(fresh(application), by=manager, now=NOW),
    )
    assert fresh(application).is_withdrawn
    assert not Decision.objects.exists()


@pytest.mark.parametrize("_again", range(5))
def test_withdrawn_and_published_at_once_is_one_or_the_other(committed, _again):
    call, manager, (application, other) = committed
    deciding.pick(application, by=manager, now=NOW)
    deciding.leave_out(other, by=manager, now=NOW)
    letters.prepare_letters(call, by=manager, now=NOW)
    results = at_once(
        lambda: withdraw(fresh(application)),
        lambda: releasing.release(call, by=manager, now=NOW),
    )
    assert sum(isinstance(result, NotAllowed) for result in results) == 1
    assert fresh(application).is_withdrawn != Offer.objects.filter(application=application).exists()
    assert Release.objects.exists() != fresh(application).is_withdrawn
