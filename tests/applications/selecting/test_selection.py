"""Exactly as many as there are seats, an ordered reserve, letters that wait, one release, and who moves up."""

from datetime import UTC, datetime, timedelta

import factories
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from races import at_once

from accelerator import history
from accelerator.messages import delivery
from accelerator.models import HistoryEntry, OutboxMessage, User
from accelerator.transitions import NotAllowed
from applications.models import Application, Decision, Letter, Offer, Release, Seat
from applications.selecting import deciding, letters, offers, releasing
from applications.selecting.models import letter_messages

NOW = factories.REVIEWING
NAMES = ["Papyrus", "Kestrel", "Tidewater", "Marrow", "Ostinato", "Lumen", "Quarry", "Sorrel"]


@pytest.fixture
def call(db, reviewing):
    return factories.make_call(seats=2, reserve=2)


@pytest.fixture
def manager(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def applications(call):
    return [factories.make_application(call, name=name, eligible=True) for name in NAMES[:5]]


def decided(call, manager, applications):
    """Two picked, two in reserve, the others not selected."""
    for application in applications[:2]:
        deciding.pick(application, by=manager, now=NOW)
    for application in applications[2:4]:
        deciding.put_in_reserve(application, by=manager, now=NOW)
    deciding.leave_out_all_others(call, by=manager, now=NOW)


def released(call, manager, applications):
    decided(call, manager, applications)
    letters.prepare_letters(call, by=manager, now=NOW)
    releasing.release(call, by=manager, now=NOW)
    return list(Offer.objects.order_by("seat__number"))


def reserve(call):
    rows = Decision.objects.filter(call=call, outcome="reserve").order_by("reserve_position")
    return [(d.reserve_position, str(d.application)) for d in rows]


# --- Deciding ---------------------------------------------------------------------------------------------
def test_one_more_than_the_seats_is_refused_with_a_sentence(manager, applications):
    deciding.pick(applications[0], by=manager, now=NOW)
    deciding.pick(applications[1], by=manager, now=NOW)
    with pytest.raises(NotAllowed, match="All 2 seats are taken"):
        deciding.pick(applications[2], by=manager, now=NOW)
    deciding.take_back(applications[0], by=manager, now=NOW)
    assert deciding.pick(applications[2], by=manager, now=NOW).seat.number == 1


def test_all_others_are_left_out_at_once_and_each_has_it_in_its_history(call, manager, applications):
    deciding.pick(applications[0], by=manager, now=NOW)
    factories.make_application(call, name="Lumen")  # a draft, so not to be decided on

    def left_out(makes=()):
        for name in makes:
            applications.append(factories.make_application(call, name=name, sealed=True))
        with CaptureQueriesContext(connection) as asked:
            count = deciding.leave_out_all_others(call, by=manager, now=NOW)
        return count, len(asked)

    assert left_out()[0] == 4
    (one, few), (many, as_few) = left_out(["Alone"]), left_out([f"Startup {n}" for n in range(12)])
    assert (one, many, few) == (1, 12, as_few)
    for application in applications[1:]:
        assert Decision.objects.get(application=application).outcome == "not_selected"
        (entry,) = HistoryEntry.objects.filter(action="application.decided", object_id=application.pk)
        assert (entry.actor, entry.happened_at, entry.details["outcome"]) == (manager, NOW, "not_selected")
        assert entry.changes == {"decision//outcome": ["", "not_selected"]}
    assert Decision.objects.get(application=applications[0]).outcome == "selected"


def test_the_database_has_no_seat_above_the_calls(call):
    with pytest.raises(IntegrityError, match="there is no seat 3"), transaction.atomic():
        Seat.objects.create(call=call, number=3)


def test_only_eligible_applications_are_picked(call, manager):
    unscreened = factories.make_application(call, sealed=True)
    with pytest.raises(NotAllowed, match="eligible"):
        deciding.pick(unscreened, by=manager, now=NOW)


def test_the_reserve_has_an_order_and_closes_up(call, manager, applications):
    for application in applications[:2]:
        deciding.put_in_reserve(application, by=manager, now=NOW)
    deciding.move_in_reserve(applications[1], up=True, by=manager, now=NOW)
    assert reserve(call) == [(1, "Kestrel"), (2, "Papyrus")]
    deciding.move_in_reserve(applications[1], up=True, by=manager, now=NOW)  # nobody above
    with pytest.raises(NotAllowed, match="full"):
        deciding.put_in_reserve(applications[2], by=manager, now=NOW)
    deciding.pick(applications[1], by=manager, now=NOW)
    assert reserve(call) == [(1, "Papyrus")]


def test_each_decision_is_on_record_with_its_reason(manager, applications):
    deciding.pick(applications[0], reason="Strongest evaluation", by=manager, now=NOW)
    entry = HistoryEntry.objects.get(action="application.decided")
    assert (entry.actor, entry.reason) == (manager, "Strongest evaluation")
    assert (entry.details["outcome"], entry.details["seat"]) == ("selected", 1)
    (change,) = history.told([entry], UTC)[0]["changes"]
    assert (change.what, change.before, change.after) == ("Decision, outcome", "nothing", "selected")


# --- Letters ----------------------------------------------------------------------------------------------
def test_letters_are_held_until_the_release_whatever_the_tick_does(call, manager, applications):
    decided(call, manager, applications)
    assert letters.prepare_letters(call, by=manager, now=NOW) == 5
    assert letters.prepare_letters(call, by=manager, now=NOW) == 0
    assert delivery.deliver() == 0
    assert not letter_messages(call).exists()
    releasing.release(call, by=manager, now=NOW)
    assert delivery.deliver() == 5


def test_a_letter_brings_the_comments_without_a_name_or_a_mark(call, manager, applications):
    reviewer = factories.make_reviewer(call, "Ada Stern")
    factories.make_review(factories.assign(reviewer, applications[4]), 3, 4)
    decided(call, manager, applications)
    letters.prepare_letters(call, by=manager, now=NOW)
    letter = Letter.objects.waiting().of(call).get(application=applications[4])
    assert letter.kind == "not_selected"
    assert "Well done." in letter.text
    assert "Ada" not in letter.text
    assert "3" not in letter.text
    assert "&#x27;" not in letter.text


def test_an_ineligible_startup_reads_why(call, manager, applications):
    left_out = factories.make_application(call, name="Fallow", sealed=True)
    Application.objects.filter(pk=left_out.pk).update(
        eligibility="ineligible", eligibility_reason="No open model."
    )
    decided(call, manager, applications)
    letters.prepare_letters(call, by=manager, now=NOW)
    assert "No open model." in Letter.objects.waiting().of(call).get(application=left_out).text


def test_a_changed_decision_withdraws_its_letter_and_gets_a_new_one(call, manager, applications):
    decided(call, manager, applications)
    letters.prepare_letters(call, by=manager, now=NOW)
    deciding.take_back(applications[0], by=manager, now=NOW)
    deciding.pick(applications[2], by=manager, now=NOW)
    deciding.leave_out(applications[0], by=manager, now=NOW)
    letters.prepare_letters(call, by=manager, now=NOW)
    live = Letter.objects.waiting().of(call)
    assert dict(live.values_list("application", "kind")) == {
        applications[0].pk: "not_selected",
        applications[1].pk: "offer",
        applications[2].pk: "offer",
        applications[3].pk: "reserve",
        applications[4].pk: "not_selected",
    }


def test_a_held_letter_can_be_edited_and_an_offer_keeps_its_link(call, manager, applications):
    decided(call, manager, applications)
    letters.prepare_letters(call, by=manager, now=NOW)
    words = {"subject": "Welcome", "by": manager, "now": NOW}
    with pytest.raises(NotAllowed, match="link to the offer"):
        letters.edit_letter(applications[0], text="Come!", **words)
    text = f"Come! {Letter.OFFER_LINK} until {Letter.ANSWER_BY}"
    letters.edit_letter(applications[0], text=text, **words)
    releasing.release(call, by=manager, now=NOW)
    letter = letter_messages(call).get(object_id=applications[0].pk)
    offer = applications[0].offer
    assert letter.text == (
        f"Come! http://localhost:8000/offers/{offer.public_id}/ until Saturday 16 December 2023, 23:59 Paris time\n"
    )
    with pytest.raises(NotAllowed, match="has gone"):
        letters.edit_letter(applications[0], text=text, **words)


def test_whoever_joins_after_the_letters_are_written_gets_the_edited_one_too(call, manager, applications):
    decided(call, manager, applications)
    letters.prepare_letters(call, by=manager, now=NOW)
    joined = factories.make_user("Nia Berg")
    applications[4].startup.members.create(user=joined, joined_at=NOW)
    words = {"subject": "News", "text": "We read it twice."}
    letters.edit_letter(applications[4], **words, by=manager, now=NOW)
    assert Letter.objects.waiting().of(call).recipients()[applications[4].pk] == 2
    releasing.release(call, by=manager, now=NOW)
    delivery.deliver()
    sent = letter_messages(call).filter(object_id=applications[4].pk, status="sent")
    assert {letter.recipient for letter in sent} == {joined, applications[4].started_by}
    assert {letter.text for letter in sent} == {"We read it twice.\n"}


def test_a_letter_goes_to_the_address_of_the_day_of_the_release(call, manager, applications):
    decided(call, manager, applications)
    letters.prepare_letters(call, by=manager, now=NOW)
    founder = applications[0].started_by
    User.objects.filter(pk=founder.pk).update(email="lena.new@people.example")
    releasing.release(call, by=manager, now=NOW)
    letter = letter_messages(call).get(object_id=applications[0].pk)
    assert letter.to_email == "lena.new@people.example"


def test_a_closed_account_gets_no_letter_and_one_closed_since_is_skipped_with_a_reason(
    call, manager, applications
):
    decided(call, manager, applications)
    letters.prepare_letters(call, by=manager, now=NOW)
    User.objects.filter(pk=applications[0].started_by_id).update(is_active=False)
    releasing.release(call, by=manager, now=NOW)
    assert not letter_messages(call).filter(object_id=applications[0].pk).exists()
    User.objects.filter(pk=applications[1].started_by_id).update(is_active=False)
    delivery.deliver()
    letter = letter_messages(call).get(object_id=applications[1].pk)
    assert (letter.status, letter.reason) == ("skipped", "This person’s account is closed.")


# --- Release ----------------------------------------------------------------------------------------------
def test_release_says_what_is_missing_and_publishes_nothing(call, manager, applications):
    deciding.pick(applications[0], by=manager, now=NOW)
    with pytest.raises(NotAllowed) as refusal:
        releasing.release(call, by=manager, now=NOW)
    assert "1 of 2 seats are given." in str(refusal.value)
    assert "4 applications have no decision yet." in str(refusal.value)
    assert not Release.objects.exists()
    assert not Offer.objects.exists()


def test_release_makes_offers_until_the_end_of_a_day_in_the_calls_zone(call, manager, applications):
    first, second = released(call, manager, applications)
    assert (first.application, second.application) == tuple(applications[:2])
    assert first.expires_at == datetime(2023, 12, 16, 23, tzinfo=UTC)  # five days later, Paris midnight
    with pytest.raises(NotAllowed, match="published"):
        releasing.release(call, by=manager, now=NOW)
    with pytest.raises(NotAllowed, match="published"):
        deciding.take_back(applications[0], by=manager, now=NOW)


# --- Answers ----------------------------------------------------------------------------------------------
def test_an_offer_is_answered_before_its_instant_and_not_at_it(call, manager, applications):
    offer, other = released(call, manager, applications)
    founder = offer.application.started_by
    with pytest.raises(NotAllowed, match="23:59 Paris time"):
        offers.record_acceptance(offer, by=founder, now=offer.expires_at)
    offers.record_acceptance(offer, by=founder, now=offer.expires_at - factories.MICROSECOND)
    assert offer.is_accepted
    with pytest.raises(NotAllowed):
        offers.decline(offer, by=founder, now=NOW)
    assert offers.expire(offer, other.expires_at) is None


def test_a_declined_offer_moves_the_first_of_the_reserve_up_with_letter_and_record(
    call, manager, applications
):
    offer, _other = released(call, manager, applications)
    delivery.deliver()
    promoted = factories.decline_for_good(offer, by=offer.application.started_by, now=NOW)
    assert (promoted.application, promoted.seat, promoted.promoted_from_reserve) == (
        applications[2],
        offer.seat,
        True,
    )
    letter = OutboxMessage.objects.get(kind="applications.letter_promoted")
    assert promoted.public_id in letter.text
    assert HistoryEntry.objects.filter(action="offer.made_from_reserve", object_id=promoted.pk).exists()
    assert "Tidewater" in OutboxMessage.objects.get(kind="applications.seat_moved_on", recipient=manager).text


def test_an_expired_offer_moves_the_reserve_up_once_and_an_empty_reserve_leaves_the_seat_free(
    call, manager, applications
):
    first, second = released(call, manager, applications)
    late = first.expires_at
    assert offers.expire(first, late - factories.MICROSECOND) is None
    third = offers.expire(first, late)
    assert offers.expire(first, late) is None
    fourth = offers.expire(second, late)
    assert [third.application, fourth.application] == applications[2:4]
    assert factories.decline_for_good(third, by=third.application.started_by, now=late) is None
    assert HistoryEntry.objects.filter(action="call.seat_left_free").count() == 1
    assert Offer.objects.live().count() == 1


# --- Races ------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_sixth_is_impossible_when_eight_are_picked_at_once():
    factories.at(NOW)
    call = factories.make_call(seats=5)
    manager = factories.make_manager(call.programme)
    applications = [factories.make_application(call, name=name, eligible=True) for name in NAMES]
    results = at_once(*[lambda a=a: deciding.pick(a, by=manager, now=NOW) for a in applications])
    assert sum(isinstance(result, NotAllowed) for result in results) == 3
    assert sorted(Decision.objects.values_list("seat__number", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.django_db(transaction=True)
def test_decline_and_expiry_at_the_same_moment_promote_exactly_once():
    factories.at(NOW)
    call = factories.make_call(seats=2, reserve=2)
    manager = factories.make_manager(call.programme)
    applications = [factories.make_application(call, name=name, eligible=True) for name in NAMES[:5]]
    offer, _other = released(call, manager, applications)
    founder, late = offer.application.started_by, offer.expires_at

    def copy():
        return Offer.objects.select_related("application__call__programme", "seat").get(pk=offer.pk)

    at_once(
        lambda: offers.decline(copy(), by=founder, now=late - timedelta(seconds=1)),
        lambda: offers.decline(copy(), by=founder, now=late - timedelta(seconds=1)),
        lambda: offers.expire(copy(), late),
        lambda: offers.expire(copy(), late),
    )
    at_once(*[lambda: offers.finish_decline(copy(), late)] * 3)
    assert Offer.objects.filter(seat=offer.seat).count() == 2
    assert Offer.objects.filter(promoted_from_reserve=True).get().application == applications[2]
    assert OutboxMessage.objects.filter(kind="applications.letter_promoted").count() == 1
