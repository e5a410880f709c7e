"""A call is a draft until it is opened: nobody outside knows of it, and the clock does nothing with it."""

from datetime import date, timedelta

import factories
import pytest
import races
from django.test import Client
from django.urls import reverse
from page_forms import Form, shown

from accelerator import as_seen, clock, history
from accelerator.messages import reminders
from accelerator.models import HistoryEntry, OutboxMessage
from accelerator.programmes import programme_file, written
from accelerator.transitions import NotAllowed
from accelerator.watching.models import HealthMinute
from applications.applying import deadlines, drafts
from applications.calls import order
from applications.models import Call
from applications.selecting import terms
from applications.setup import checklist, cloning, opening, sealing_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def manager(person, while_open):
    return factories.sign_in(Client(), person)


@pytest.fixture
def draft(call, while_open):
    return make_draft(call)


def make_draft(call):
    Call.objects.filter(pk=call.pk).update(is_draft=True)
    call.refresh_from_db()
    return call


def hub(manager, call) -> str:
    return manager.get(reverse("setup:call", args=[call.pk])).content.decode()


def open_it(manager, call, **values):
    seen = Form(hub(manager, call), "seen").values.get("seen", "")
    url = reverse("setup:open_call", args=[call.pk])
    return manager.post(url, {"seen": seen} | values, follow=True).content.decode()


# --- A new call -----------------------------------------------------------------------------------------
def add(manager, programme, **fields):
    path = reverse("admin:applications_call_add")
    filled = {
        "programme": programme.pk,
        "name": "Second edition",
        "slug": "2024",
        "seats": "5",
        "reserve": "5",
        "reviews_per_application": "3",
        "offer_days": "5",
        "marks_that_count": "before",
        "reviews_due_on": "2024-12-18",
        "decision_on": "2024-12-21",
        "starts_on": "2025-01-08",
        "ends_on": "2025-06-28",
        "window-0-opens_at_0": "2023-11-20",
        "window-0-opens_at_1": "09:00",
        "window-0-last_minute_0": "2024-12-01",
        "window-0-last_minute_1": "23:59",
    }
    return manager.post(path, shown(manager, path, "slug") | filled | fields, follow=True)


def test_a_new_call_is_a_draft_and_leads_to_its_checklist(manager, call):
    said = add(manager, call.programme).content.decode()
    new = Call.objects.get(slug="2024")
    assert new.is_draft
    assert "Saved as a draft" in said
    assert "Missing before it can open" in said
    assert "It asks nothing yet." in said
    assert "Reviewers have nothing to mark" in said
    assert reverse("setup:open_call", args=[new.pk]) not in said


def test_saving_an_old_page_of_a_call_does_not_make_it_public_or_a_draft(call):
    old = Call.objects.get(pk=call.pk)
    make_draft(call)
    old.name = "Renamed"
    old.save()
    assert Call.objects.get(pk=call.pk).is_draft


# --- Nobody outside -------------------------------------------------------------------------------------
def test_strangers_find_nothing_of_a_draft(client, draft):
    at = [draft.programme.slug, draft.slug]
    page = client.get(reverse("public:programme", args=at[:1])).content.decode()
    assert draft.name not in page
    assert reverse("applying:start_application", args=at) not in page
    for name in ("public:questions", "public:rules", "applying:receipt_lists"):
        assert client.get(reverse(name, args=at)).status_code == 404


def test_founders_find_nothing_of_a_draft(client, draft):
    founder = factories.make_user()
    factories.sign_in(client, founder)
    start = reverse("applying:start_application", args=[draft.programme.slug, draft.slug])
    assert client.get(start).status_code == 404
    assert client.post(start, {"name": "Papyrus"}).status_code == 404
    assert start not in client.get(reverse("applying:my_applications")).content.decode()
    with pytest.raises(NotAllowed, match="not open for applications"):
        drafts.start(draft, by=founder, now=factories.WHILE_OPEN, name="Papyrus")


def test_a_draft_is_not_said_to_be_the_next_call(client, call):
    factories.at(factories.AFTER_CLOSE)
    following = factories.make_call(
        call.programme,
        slug="2024",
        opens_at=factories.OPENS_AT + timedelta(days=365),
        closes_at=factories.CLOSES_AT + timedelta(days=365),
        reviews_due_on=date(2024, 12, 18),
        decision_on=date(2024, 12, 21),
        starts_on=date(2025, 1, 8),
        ends_on=date(2025, 6, 28),
    )
    url = reverse("public:programme", args=[call.programme.slug])
    sentence = "The next call opens"
    assert sentence in client.get(url).content.decode()
    make_draft(following)
    factories.at(factories.AFTER_CLOSE + timedelta(seconds=2))
    assert sentence not in client.get(url).content.decode()


# --- The clock ------------------------------------------------------------------------------------------
def test_the_clock_does_nothing_with_a_draft_and_tells_nobody(draft, person):
    day = factories.OPENS_AT - timedelta(days=1)
    assert not reminders.planned_moments(day, factories.CLOSES_AT + timedelta(days=60))
    factories.at(factories.CLOSES_AT + timedelta(days=30))
    reminders.tick(patience=60)
    draft.window.refresh_from_db()
    assert draft.window.sealed_at is None
    assert not OutboxMessage.objects.exists()


def test_the_timeline_of_a_draft_says_why_it_is_empty(manager, draft):
    page = manager.get(reverse("setup:timeline", args=[draft.pk])).content.decode()
    assert "The call is a draft: nothing goes out until it is opened." in page


def test_the_rules_of_a_draft_are_not_sealed_and_nobody_is_given_more_time(draft, person):
    with pytest.raises(NotAllowed, match="The call is a draft"):
        sealing_rules.seal(draft, by=person, now=factories.WHILE_OPEN)
    later = factories.CLOSES_AT + timedelta(days=1)
    with pytest.raises(NotAllowed, match="move its deadline instead"):
        deadlines.extend(draft, None, until=later, reason="Snow", by=person, now=factories.WHILE_OPEN)


# --- Opening --------------------------------------------------------------------------------------------
def test_it_is_opened_from_its_page_and_stands_on_the_public_one(client, manager, draft):
    assert "A draft. Nobody outside knows of it" in hub(manager, draft)
    assert "open to all eyes" in open_it(manager, draft)
    assert history.of(draft).filter(action="call.opened").get().actor is not None
    at = [draft.programme.slug, draft.slug]
    public = client.get(reverse("public:programme", args=at[:1])).content.decode()
    assert reverse("applying:start_application", args=at) in public


def test_a_call_whose_opening_has_passed_opens_at_that_moment(manager, draft):
    """So whoever agreed to hear of the next call is told, though its day had passed while it was a draft."""
    assert "from the moment you open it" in hub(manager, draft)
    open_it(manager, draft)
    draft.window.refresh_from_db()
    assert draft.window.opens_at == factories.WHILE_OPEN
    since = factories.WHILE_OPEN - timedelta(seconds=5)
    kinds = [moment.kind for moment in reminders.planned_moments(since, factories.WHILE_OPEN)]
    assert "applications.next_call_opens" in kinds


def test_a_call_that_opens_later_keeps_its_opening(manager, draft):
    factories.at(factories.OPENS_AT - timedelta(days=3))
    open_it(manager, draft)
    draft.window.refresh_from_db()
    assert draft.window.opens_at == factories.OPENS_AT


@pytest.mark.parametrize(
    ("lack", "sentence"),
    [
        (lambda call: call.questions.all().delete(), "It asks nothing yet."),
        (lambda call: call.criteria.all().delete(), "Reviewers have nothing to mark"),
        (lambda call: call.criteria.filter(key="team").delete(), "add up to 60, not 100"),
        (
            lambda call: Call.objects.filter(pk=call.pk).update(reviews_due_on=date(2023, 11, 30)),
            "The day on which the reviews are due cannot be before the last day of the call",
        ),
        (lambda call: factories.at(factories.CLOSES_AT), "It would be closed already"),
    ],
    ids=["questions", "rubric", "weights", "days", "closed"],
)
def test_what_is_missing_is_said_and_refused(manager, draft, lack, sentence):
    lack(draft)
    page = hub(manager, draft)
    assert sentence in page
    assert reverse("setup:open_call", args=[draft.pk]) not in page
    assert sentence in open_it(manager, draft)
    assert Call.objects.get(pk=draft.pk).is_draft


def test_reviewers_promised_are_weighed_against_what_they_are_enough_for(manager, draft):
    for _number in range(3):
        factories.make_reviewer(draft, capacity=4)
    assert "3 reviewers promise 12 reviews: enough for 4 applications only. Ask for more." in hub(
        manager, draft
    )
    factories.make_reviewer(draft, capacity=30)
    assert "4 reviewers promise 42 reviews: enough for 14 applications." in hub(manager, draft)


def test_a_page_that_is_no_longer_true_opens_nothing(manager, draft, person):
    seen = Form(hub(manager, draft), "seen").values["seen"]
    deadlines.move(
        draft,
        opens_at=factories.OPENS_AT,
        closes_at=factories.CLOSES_AT - timedelta(days=2),
        seen=None,
        by=person,
        now=factories.WHILE_OPEN,
    )
    assert "Changed meanwhile by" in open_it(manager, draft, seen=seen)
    assert Call.objects.get(pk=draft.pk).is_draft


def test_a_call_is_opened_once(manager, draft):
    open_it(manager, draft)
    assert "This call has been opened already." in open_it(manager, draft, seen="1000")
    assert history.of(draft).filter(action="call.opened").count() == 1


# --- Back to draft --------------------------------------------------------------------------------------
def back(manager, call) -> str:
    return manager.post(reverse("setup:back_to_draft", args=[call.pk]), follow=True).content.decode()


def test_a_call_to_which_nobody_applied_is_made_a_draft_again(client, manager, call):
    assert "Make it a draft again" in hub(manager, call)
    assert "The call is a draft again" in back(manager, call)
    assert (
        call.name not in client.get(reverse("public:programme", args=[call.programme.slug])).content.decode()
    )
    assert history.of(call).filter(action="call.back_to_draft").exists()


def test_once_somebody_has_begun_it_stays_open(manager, call):
    factories.make_application(call)
    page = hub(manager, call)
    assert reverse("setup:back_to_draft", args=[call.pk]) not in page
    assert "1 application has been begun" in page
    assert "1 application has been begun" in back(manager, call)
    assert not Call.objects.get(pk=call.pk).is_draft


def test_published_rules_stay_published(manager, call):
    factories.seal_rules(call)
    assert "Its rules are sealed" in back(manager, call)
    assert not Call.objects.get(pk=call.pk).is_draft


@pytest.mark.django_db(transaction=True)
def test_nobody_begins_while_it_is_made_a_draft(call, while_open):
    founder, person = factories.make_user(), factories.make_manager(call.programme)
    fresh = Call.objects.select_related("programme", "window").get(pk=call.pk)
    refused = races.behind(
        lambda: opening.back_to_draft(call, by=person, now=factories.WHILE_OPEN),
        lambda: drafts.start(fresh, by=founder, now=factories.WHILE_OPEN, name="Papyrus"),
    )
    assert "not open for applications" in str(refused[-1])
    assert not call.applications.exists()


# --- As a file ------------------------------------------------------------------------------------------
@pytest.fixture
def written_out(draft):
    """A draft whose programme has all that a file needs."""
    draft.programme.partners.update(about={"en": "They help."})
    return draft


def loaded(programme, text: str):
    now = factories.OPENS_AT - timedelta(days=1)
    return programme_file.load(programme_file.read(text, "programme.toml"), now=now)


def test_a_draft_goes_out_as_one_and_loading_it_changes_nothing(written_out):
    draft = written_out
    draft.questions.all().delete()
    draft.sections.all().delete()
    draft.criteria.filter(key="team").delete()
    text = written.text(draft.programme)
    assert "draft = true" in text
    assert loaded(draft.programme, text).said == []
    assert Call.objects.get(pk=draft.pk).is_draft
    with pytest.raises(programme_file.FileRefused, match="asks nothing"):
        loaded(draft.programme, text.replace("draft = true\n", ""))


def test_a_file_opens_a_draft_by_the_same_door(written_out):
    draft = written_out
    text = written.text(draft.programme)
    draft.criteria.all().delete()
    bare = written.text(draft.programme).replace("draft = true\n", "")
    with pytest.raises(programme_file.FileRefused, match="Reviewers have nothing to mark"):
        loaded(draft.programme, bare)
    opened = loaded(draft.programme, text.replace("draft = true\n", ""))
    assert any("opened to all eyes" in sentence for sentence in opened.said)
    assert not Call.objects.get(pk=draft.pk).is_draft
    again = loaded(draft.programme, text)
    assert any("a draft again" in sentence for sentence in again.said)
    assert Call.objects.get(pk=draft.pk).is_draft


# --- What it runs on ------------------------------------------------------------------------------------
def test_clocks_that_are_apart_are_said(manager, draft, settings):
    assert "clocks of this machine" not in hub(manager, draft)  # set by hand: in step with none
    settings.CLOCK_ADJUSTABLE = False
    assert "seconds apart. The database says what is in time." in hub(manager, draft)


def test_clocks_that_agree_are_in_order(draft, settings):
    clock.release()
    settings.CLOCK_ADJUSTABLE = False
    said = [point.sentence for point in checklist.of(draft, factories.WHILE_OPEN)]
    assert "The clocks of this machine and of the database agree." in said


def test_a_store_of_files_that_is_away_keeps_a_call_from_opening(manager, draft):
    minute = clock.real_now().replace(second=0, microsecond=0)
    HealthMinute.objects.create(
        at=minute,
        oldest_due_seconds=0,
        waiting=0,
        backing_off=0,
        dead=0,
        broker=True,
        storage=False,
        mail=None,
    )
    assert "The store of files does not answer." in hub(manager, draft)
    assert "The store of files does not answer." in open_it(manager, draft)
    assert Call.objects.get(pk=draft.pk).is_draft


# --- Discarding a draft ---------------------------------------------------------------------------------
def discard_page(call) -> str:
    return reverse("setup:discard", args=[call.pk])


def test_a_draft_is_discarded_with_all_that_was_set_up_in_it(manager, person, call):
    terms.change(call, "Six months, no shares.", by=person, now=factories.WHILE_OPEN)
    weeks = timedelta(weeks=52)
    days = {name: getattr(call, name) + weeks for name in order.DAYS}
    moved = {
        "opens_at": call.window.opens_at + weeks,
        "closes_at": call.window.closes_at + weeks,
        "days": days,
    }
    draft = cloning.clone(call, name="Second", **moved, reviewers=[], by=person, now=factories.WHILE_OPEN)
    path = discard_page(draft)
    assert path in hub(manager, draft)
    page = manager.get(path)
    assert "Questions" in page.content.decode()
    stale = manager.post(path, {"seen": "0"}).content.decode()
    assert "Look at it again before you go on." in stale
    assert Call.objects.filter(pk=draft.pk).exists()
    said = manager.post(path, {"seen": page.context["seen"]}, follow=True).content.decode()
    assert "The draft “Second” is gone." in said
    assert list(Call.objects.all()) == [call]
    assert call.questions.exists()
    entry = HistoryEntry.objects.get(action="programme.draft_discarded")
    assert (entry.actor, entry.side.values["name"]) == (person, "Second")
    assert history.in_words(entry) == "A draft of a call discarded"


def test_what_was_opened_or_holds_an_application_is_not_discarded(manager, person, call):
    path = discard_page(call)
    assert path not in hub(manager, call)
    refused = manager.post(path, {"seen": str(as_seen.version_of(call))}).content.decode()
    assert "It has been opened, so it stays." in refused
    assert "Discard it" not in refused
    make_draft(call)
    factories.make_application(call)
    with pytest.raises(NotAllowed, match="1 application is kept in it, so it stays"):
        opening.discard(call, seen=as_seen.version_of(call), by=person, now=factories.WHILE_OPEN)
    assert Call.objects.filter(pk=call.pk).exists()
