"""A call is begun from another one: everything that was set up comes along, on its days, and nothing of applicants."""

from datetime import UTC, date, datetime, timedelta

import factories
import pytest
from django.test import Client
from django.urls import reverse
from page_forms import Form

from accelerator import history
from applications.models import Call, CallWindow
from applications.selecting import terms
from applications.setup import checklist, cloning
from cohorts.models import Event, Perk

pytestmark = pytest.mark.django_db
FIRST_DAY = "2024-11-08"  # a Friday; the call of before opened on a Wednesday


@pytest.fixture
def person(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def manager(person, while_open):
    return factories.sign_in(Client(), person)


def path(call, first_day: str = "") -> str:
    return reverse("setup:clone", args=[call.pk]) + (f"?first_day={first_day}" if first_day else "")


def clone(manager, call, **values):
    """Choose the first day, fill in what the page proposes, and begin the draft; the page that follows."""
    proposed = Form(manager.get(path(call, FIRST_DAY)).content.decode(), "name").values
    return manager.post(path(call), proposed | {"name": "Second edition"} | values, follow=True)


def made() -> Call:
    return Call.objects.select_related("programme", "window").get(name="Second edition")


# --- Its days -------------------------------------------------------------------------------------------
def test_every_day_moves_by_whole_weeks_so_that_weekdays_stay(manager, call):
    page = manager.get(path(call, FIRST_DAY)).content.decode()
    for said in (
        "Wednesday 8 November 2023 → Wednesday 13 November 2024",
        "Friday 1 December 2023 → Friday 6 December 2024",
        "Monday 18 December 2023 → Monday 23 December 2024",
        "Friday 28 June 2024 → Friday 4 July 2025",
    ):
        assert said in page
    clone(manager, call)
    new = made()
    assert new.window.opens_at == datetime(2024, 11, 13, 8, tzinfo=UTC)
    assert new.window.closes_at == datetime(2024, 12, 6, 23, tzinfo=UTC)  # midnight in Paris, exclusive
    assert (new.reviews_due_on, new.decision_on) == (date(2024, 12, 23), date(2024, 12, 26))
    assert (new.starts_on, new.ends_on) == (date(2025, 1, 13), date(2025, 7, 4))


def test_times_on_the_wall_stay_over_a_change_of_the_clocks(manager, call):
    CallWindow.objects.filter(call=call).update(
        opens_at=datetime(2023, 10, 25, 7, tzinfo=UTC)
    )  # 09:00, summer
    proposed = Form(manager.get(path(call, "2024-10-30")).content.decode(), "name").values
    manager.post(path(call), proposed | {"name": "Second edition"})
    assert made().window.opens_at == datetime(2024, 10, 30, 8, tzinfo=UTC)  # 09:00, winter


@pytest.mark.parametrize(
    ("first_day", "weeks"), [("2023-11-08", 0), ("2023-11-09", 1), ("2023-11-15", 1), ("2023-11-16", 2)]
)
def test_it_opens_on_the_chosen_day_or_the_next_of_its_weekday(call, first_day, weeks):
    assert cloning.weeks_until(call, date.fromisoformat(first_day)) == weeks


def test_a_day_can_be_changed_before_it_is_saved_and_days_out_of_order_are_refused(manager, call):
    refused = clone(manager, call, reviews_due_on="2024-12-01").content.decode()
    assert "The day on which the reviews are due cannot be before the last day of the call" in refused
    assert not Call.objects.filter(name="Second edition").exists()
    clone(manager, call, reviews_due_on="2024-12-20")
    assert made().reviews_due_on == date(2024, 12, 20)


# --- What comes along -----------------------------------------------------------------------------------
def test_everything_that_was_set_up_comes_along_and_what_comes_of_it_is_a_draft(manager, person, call):
    terms.change(call, {"en": "You come to Paris.", "fr": "Venez."}, by=person, now=factories.WHILE_OPEN)
    partner = call.programme.partners.get(slug="meta")
    Perk.objects.create(call=call, partner=partner, key="gpu", name="GPUs", amount="1,000 hours")
    kick_off = datetime(2024, 1, 8, 9, tzinfo=UTC)
    Event.objects.create(call=call, kind="kick_off", title="Kick-off", starts_at=kick_off, partner=partner)
    assert "nobody outside knows of it" in clone(manager, call).content.decode()
    new = made()
    assert new.is_draft
    for rows, columns in (
        ("sections", ["key", "title", "intro", "position"]),
        ("questions", ["key", "kind", "label", "section__key", "choices", "max_words", "fills", "position"]),
        ("criteria", ["key", "name", "question", "weight", "anchors", "position"]),
        ("eligibility_checks", ["key", "text", "position"]),
        ("reminders", ["days_before", "at", "hours_before"]),
        ("perks", ["key", "name", "amount", "partner"]),
    ):
        assert getattr(call, rows).exists()
        assert list(getattr(new, rows).values_list(*columns)) == list(
            getattr(call, rows).values_list(*columns)
        )
    for column in cloning.KEPT:
        assert getattr(new, column) == getattr(call, column)
    assert terms.current(new).text == {"en": "You come to Paris.", "fr": "Venez."}
    assert new.events.get().starts_at == datetime(2025, 1, 13, 9, tzinfo=UTC)  # the first day, as before
    assert not checklist.missing(checklist.of_call(new, factories.WHILE_OPEN))
    assert history.of(new).filter(action="call.cloned").get().details["source"] == call.pk


def test_nothing_of_applicants_comes_along(manager, call):
    factories.make_application(call, submitted=True)
    clone(manager, call)
    assert not made().applications.exists()
    assert call.applications.count() == 1


def test_the_old_call_stays_as_it_is(manager, call):
    call.refresh_from_db()
    before = list(call.questions.values_list("pk", "key")), call.questions_version
    clone(manager, call)
    call.refresh_from_db()
    assert (list(call.questions.values_list("pk", "key")), call.questions_version) == before
    assert not call.is_draft


# --- Who reviews again ----------------------------------------------------------------------------------
def test_reviewers_come_along_by_choice_with_what_they_promised(manager, call):
    ada = factories.make_reviewer(call, "Ada Stern", capacity=12, is_chair=True)
    factories.make_reviewer(call, "Not This Time")
    clone(manager, call, reviewers=[ada.pk])
    one = made().reviewers.get()
    assert (one.user, one.capacity, one.is_chair, one.topics) == (ada.user, 12, True, ["language"])


def test_whoever_no_longer_reviews_is_not_offered_nor_taken(manager, call):
    gone = factories.make_reviewer(call, "Gone Home")
    gone.user.roles.update(ended_at=factories.OPENS_AT + timedelta(days=1))
    assert "Gone Home" not in manager.get(path(call, FIRST_DAY)).content.decode()
    clone(manager, call, reviewers=[gone.pk])
    assert not Call.objects.filter(name="Second edition", reviewers__isnull=False).exists()


# --- Its name -------------------------------------------------------------------------------------------
def test_a_second_press_begins_no_second_call(manager, call):
    clone(manager, call)
    assert "Another call of the programme has this name." in clone(manager, call).content.decode()
    assert Call.objects.filter(name="Second edition").count() == 1


def test_its_address_is_its_name_and_free(manager, call):
    clone(manager, call, name="2023")  # the address of the call of before
    assert Call.objects.get(name="2023").slug == "2023-2"
