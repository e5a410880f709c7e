"""The rules of a call are sealed when it closes at the latest; from then on nothing changes them in passing."""

import hashlib
from datetime import timedelta

import factories
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accelerator import history
from accelerator.messages import reminders
from accelerator.transitions import NotAllowed
from applications.models import Call, Criterion, SealedProtocol
from applications.reviewing import protocol
from applications.setup import rubric, sealing_rules

pytestmark = pytest.mark.django_db
SEALED = "Propose an amendment"


@pytest.fixture
def person(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def manager(person, signed_in):
    return signed_in(person)


@pytest.fixture
def applied(call):
    return factories.make_application(call, submitted=True)


def at_the_close(call):
    factories.at(factories.CLOSES_AT)
    reminders.tick(patience=60)
    return protocol.in_force(call)


# --- When -----------------------------------------------------------------------------------------------
def test_the_clock_seals_the_rules_at_the_deadline_and_not_a_microsecond_before(call, applied):
    factories.at(factories.CLOSES_AT - factories.MICROSECOND)
    reminders.tick(patience=60)
    assert protocol.in_force(call) is None
    sealed = at_the_close(call)
    assert (sealed.number, sealed.sealed_at, sealed.sealed_by) == (1, factories.CLOSES_AT, None)
    assert history.of(call).filter(action="call.rules_sealed").get().details["hash"] == sealed.sha256


def test_a_clockwork_that_was_down_seals_them_when_it_is_back_and_only_once(call, applied):
    factories.at(factories.CLOSES_AT + timedelta(days=30))
    reminders.tick(patience=60)
    reminders.tick(patience=60)
    assert SealedProtocol.objects.get().sealed_at == factories.CLOSES_AT + timedelta(days=30)


def test_more_time_for_one_team_keeps_nothing_open(call, applied):
    applied.extended_until = factories.CLOSES_AT + timedelta(days=3)
    applied.save(update_fields=["extended_until"])
    assert at_the_close(call) is not None


def test_a_call_that_was_extended_for_everybody_after_the_seal_keeps_its_rules(call, applied):
    sealed = at_the_close(call)
    call.window.extended_until = factories.CLOSES_AT + timedelta(days=3)
    call.window.save()
    factories.at(factories.CLOSES_AT + timedelta(days=4))
    reminders.tick(patience=60)
    assert SealedProtocol.objects.get() == sealed


def test_a_call_to_which_nobody_applied_can_still_be_set_up(call):
    assert at_the_close(call) is None
    criterion = call.criteria.get(key="team")
    criterion.weight = 41
    rubric.save(criterion, by=None, now=factories.REVIEWING)


def test_a_manager_seals_them_earlier_by_a_button(call, person, manager, while_open):
    page = manager.get(reverse("setup:rules", args=[call.pk]))
    assert "Seal the rules now" in page.text
    answer = manager.post(reverse("setup:seal_rules", args=[call.pk]), follow=True)
    sealed = protocol.in_force(call)
    assert sealed.sealed_by == person
    assert sealed.sha256 in answer.text
    again = manager.post(reverse("setup:seal_rules", args=[call.pk]), follow=True)
    assert "sealed already" in again.text
    assert SealedProtocol.objects.count() == 1


def test_weights_that_do_not_add_up_are_not_sealed_by_hand(call, manager, while_open):
    call.criteria.filter(key="team").update(weight=30)
    page = manager.get(reverse("setup:rules", args=[call.pk]))
    assert "add up to 90" in page.text
    assert "Seal the rules now" not in page.text
    answer = manager.post(reverse("setup:seal_rules", args=[call.pk]), follow=True)
    assert "add up to 90" in answer.text
    assert protocol.in_force(call) is None


# --- What they are --------------------------------------------------------------------------------------
def test_a_deadline_is_no_part_of_them(call):
    before = protocol.of(call).digest
    call.window.closes_at += timedelta(days=7)
    call.window.save()
    Call.objects.update(reviews_due_on="2023-12-30", decision_on="2023-12-31", offer_days=9)
    assert protocol.of(Call.objects.get()).digest == before


CHANGED = {
    "seats": lambda call: Call.objects.update(seats=4),
    "reserve": lambda call: Call.objects.update(reserve=9),
    "reviews": lambda call: Call.objects.update(reviews_per_application=2),
    "marks that count": lambda call: Call.objects.update(marks_that_count="after"),
    "weight": lambda call: call.criteria.filter(key="team").update(weight=39),
    "question": lambda call: call.criteria.filter(key="team").update(question={"en": "How badly?"}),
    "name": lambda call: call.criteria.filter(key="team").update(name={"en": "People"}),
    "anchor": lambda call: call.criteria.filter(key="team").update(anchors={"0": {"en": "Nobody"}}),
    "criterion": lambda call: Criterion.objects.create(call=call, key="market", name="Market", weight=1),
}


@pytest.mark.parametrize("what", CHANGED)
def test_whatever_decides_is_part_of_them(what, call):
    before = protocol.of(call).digest
    CHANGED[what](call)
    assert protocol.of(Call.objects.get()).digest != before


@pytest.mark.parametrize("what", CHANGED)
def test_the_database_refuses_whatever_would_change_sealed_rules(what, call):
    factories.seal_rules(call)
    with pytest.raises(IntegrityError, match="are sealed"), transaction.atomic():
        CHANGED[what](call)
    assert protocol.of(Call.objects.get()).digest == protocol.in_force(call).sha256


def test_the_database_lets_nobody_change_a_sealed_version(call):
    sealed = factories.seal_rules(call)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        SealedProtocol.objects.filter(pk=sealed.pk).update(text="{}")


def test_other_columns_of_a_sealed_call_change_as_before(call, manager, reviewing):
    factories.seal_rules(call)
    Call.objects.update(offer_days=9)
    with connection.cursor() as cursor:  # an amendment of another call opens nothing here
        cursor.execute("SELECT set_config('slipway.amending', %s, true)", [str(call.pk + 1)])
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.update(seats=4)


# --- Every door -----------------------------------------------------------------------------------------
STATES = {"sealed": True, "closed, the clock not yet there": False}


@pytest.fixture(params=STATES)
def closed(request, call, applied, reviewing):
    if STATES[request.param]:
        factories.seal_rules(call)
    return call


def typed(criterion: Criterion, **changes) -> dict:
    values = {
        name: str(getattr(criterion, name)) for name in ("key", "position", "name", "weight", "question")
    }
    return values | {"anchors": "0 = Nothing"} | changes


def test_the_verb_refuses_and_names_the_way(closed, person):
    criterion = closed.criteria.get(key="team")
    criterion.weight = 60
    for act in (
        lambda: rubric.save(criterion, by=person, now=factories.REVIEWING),
        lambda: rubric.remove(criterion, by=person, now=factories.REVIEWING),
        lambda: rubric.save(
            Criterion(call=closed, key="market", name="Market", weight=5), by=person, now=factories.REVIEWING
        ),
    ):
        with pytest.raises(NotAllowed, match=SEALED):
            act()


def test_the_page_of_a_sealed_criterion_shows_it_and_refuses_what_was_typed_before(closed, manager):
    criterion = closed.criteria.get(key="team")
    rubric_page = manager.get(reverse("setup:rubric", args=[closed.pk])).text
    assert SEALED in rubric_page
    assert reverse("setup:rules", args=[closed.pk]) in rubric_page
    assert 'name="weight' not in rubric_page
    assert "All one could ask" in rubric_page
    address = reverse("setup:criterion", args=[closed.pk, criterion.pk])
    page = manager.get(address)
    assert SEALED in page.text
    assert 'name="weight"' not in page.text
    answer = manager.post(address, typed(criterion, weight="60"))
    assert SEALED in answer.text
    assert 'value="60"' in answer.text
    assert closed.criteria.get(key="team").weight == 40
    market = typed(Criterion(call=closed, key="market", name="Market", question="Who?", weight=5))
    assert SEALED in manager.post(reverse("setup:add_criterion", args=[closed.pk]), market).text
    weights = {f"weight_{one.pk}": "50" for one in closed.criteria.all()}
    seen = rubric.shown_as(closed.criteria.all())
    answer = manager.post(reverse("setup:rubric", args=[closed.pk]), weights | {"seen": seen})
    assert SEALED in answer.text
    gone = reverse("setup:remove_criterion", args=[closed.pk, criterion.pk])
    assert SEALED in manager.post(gone, follow=True).text
    assert dict(closed.criteria.values_list("key", "weight"))["team"] == 40
    assert closed.criteria.count() == 2


def test_the_list_of_calls_shows_sealed_seats_and_refuses_what_was_typed_before(closed, manager):
    address = reverse("admin:applications_call_change", args=[closed.pk])
    page = manager.get(address)
    assert SEALED in page.text
    assert 'name="seats"' not in page.text
    answer = manager.post(address, {"seats": "6", "name": closed.name})
    assert SEALED in answer.text
    assert Call.objects.get().seats == 5


def test_a_programme_file_is_refused_at_its_line_and_the_same_file_is_not(tmp_path):
    text = (settings.BASE_DIR / "tests/programmes/small-programme.toml").read_text()
    file = tmp_path / "programme.toml"
    file.write_text(text)
    call_command("load_programme", str(file), verbosity=0)
    call = Call.objects.get()
    sealing_rules.seal(call, by=None, now=factories.REVIEWING)
    call_command("load_programme", str(file), verbosity=0)
    criterion = call.criteria.first()
    for before, after in (
        (f"seats = {call.seats}", f"seats = {call.seats + 1}"),
        (f'name = "{criterion.name}"', 'name = "Another"'),
    ):
        assert before in text
        file.write_text(text.replace(before, after))
        with pytest.raises(CommandError, match=rf"line \d+: The rules of this call are sealed.*{SEALED}"):
            call_command("load_programme", str(file), verbosity=0)
    assert Call.objects.get().seats == call.seats


# --- For everybody --------------------------------------------------------------------------------------
def test_the_public_page_names_the_day_and_the_hash_and_leads_to_the_file(call, applied, client):
    page = reverse("public:programme", args=[call.programme.slug])
    factories.at(factories.WHILE_OPEN)
    assert "How we choose" not in client.get(page).text
    sealed = at_the_close(call)
    shown = client.get(page).text
    assert sealed.sha256[:12] in shown
    assert "sealed on Saturday 2 December 2023, 00:00 Paris time" in shown
    rules = reverse("public:rules", args=[call.programme.slug, call.slug])
    assert rules in shown
    read = client.get(rules).text
    assert sealed.sha256 in read
    assert "All one could ask" in read
    file = client.get(reverse("public:rules_file", args=[call.programme.slug, call.slug, 1]))
    assert hashlib.sha256(file.content).hexdigest() == sealed.sha256


def test_before_it_is_sealed_there_is_nothing_to_read(call, client, while_open):
    assert client.get(reverse("public:rules", args=[call.programme.slug, call.slug])).status_code == 404
