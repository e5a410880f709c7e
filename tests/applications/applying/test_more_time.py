"""After the close: a founder's message and its answer, late attempts with their cause, an incident of ours."""

import re
from datetime import UTC, datetime, timedelta

import factories
import factories_founder as founders
import pytest
from django.test import Client
from django.urls import reverse

from accelerator import clock
from accelerator.models import OutboxMessage
from accelerator.transitions import NotAllowed
from accelerator.watching.models import HealthMinute
from applications.applying import asking, deadlines, drafts, incidents, locking, sealing
from applications.models import Application, Extension, ExtensionRequest, Incident

pytestmark = pytest.mark.django_db
CLOSES_AT, AFTER_CLOSE = factories.CLOSES_AT, factories.AFTER_CLOSE
A_DAY_LATER = CLOSES_AT + timedelta(days=1)


@pytest.fixture
def draft(call, while_open):
    return founders.make_draft(call)


@pytest.fixture
def other(call, while_open):
    return founders.make_draft(call, name="Kestrel")


@pytest.fixture
def manager(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def closed(draft, other):
    sealing.seal_call(draft.call, now=CLOSES_AT + sealing.SEALED_AFTER)
    clock.freeze(AFTER_CLOSE)
    return founders.reread(draft)


def browser(user):
    return factories.sign_in(Client(), user)


def window_page(call) -> str:
    return reverse("setup:window", args=[call.pk])


def told(kind):
    return OutboxMessage.objects.filter(kind=f"applications.{kind}")


# --- A founder writes -----------------------------------------------------------------------------------
def test_a_founder_says_what_went_wrong_from_the_closed_page_and_the_managers_are_told(closed, manager):
    founder = browser(closed.started_by)
    page = founder.get(closed.get_absolute_url()).content.decode()
    assert "Did something go wrong?" in page
    address = reverse("applying:ask_for_more_time", args=[closed.public_id])
    answer = founder.post(address, {"text": "The power was cut at 23:40."}, follow=True).content.decode()
    assert "We have your message." in answer
    assert "The managers have it." in answer
    assert address not in answer  # one at a time
    [mail] = told("more_time_asked")
    assert mail.recipient == manager
    assert "The power was cut at 23:40." in mail.text
    home = browser(manager).get(reverse("admin:index")).content.decode()
    assert "1 founder wrote after the close and waits for an answer" in home
    assert "The power was cut at 23:40." in browser(manager).get(window_page(closed.call)).content.decode()


def test_while_the_call_is_open_or_a_message_waits_nothing_more_can_be_sent(draft):
    with pytest.raises(NotAllowed, match="once the call is closed"):
        asking.ask(draft, text="Help", by=draft.started_by, now=factories.WHILE_OPEN)
    asking.ask(draft, text="Help", by=draft.started_by, now=AFTER_CLOSE)
    with pytest.raises(NotAllowed, match="again once we have answered"):
        asking.ask(draft, text="Help!", by=draft.started_by, now=AFTER_CLOSE)


def test_one_press_gives_them_time_and_their_page_is_open_again(closed, manager):
    asked = asking.ask(closed, text="The power was cut", by=closed.started_by, now=AFTER_CLOSE)
    address = reverse("setup:grant_request", args=[closed.call_id, asked.pk])
    until = {f"r{asked.pk}-last_day": "2023-12-02", f"r{asked.pk}-last_minute": "23:59"}
    page = browser(manager).post(address, until, follow=True).content.decode()
    assert "They have more time, and are told." in page
    asked.refresh_from_db()
    assert (asked.status, asked.answered_by) == (ExtensionRequest.Status.GRANTED, manager)
    assert founders.reread(closed).deadline == A_DAY_LATER
    assert told("deadline_changed").get().recipient == closed.started_by
    assert (
        "Saturday 2 December 2023, 23:59"
        in browser(closed.started_by).get(closed.get_absolute_url()).content.decode()
    )
    assert founders.submit(closed)


def test_a_no_needs_words_and_they_stand_on_the_closed_page(closed, manager):
    asked = asking.ask(closed, text="I forgot", by=closed.started_by, now=AFTER_CLOSE)
    address = reverse("setup:decline_request", args=[closed.call_id, asked.pk])
    assert "an answer without words is none" in browser(manager).post(address, follow=True).content.decode()
    browser(manager).post(address, {"answer": "Everybody had the same weeks."})
    assert "Everybody had the same weeks." in told("more_time_declined").get().text
    page = browser(closed.started_by).get(closed.get_absolute_url()).content.decode()
    assert "Everybody had the same weeks." in page
    with pytest.raises(NotAllowed):
        asking.grant(asked, until=A_DAY_LATER, by=manager, now=AFTER_CLOSE)
    assert not Extension.objects.exists()


def test_a_manager_with_a_conflict_is_not_told_and_sees_nothing_of_it(closed, manager):
    closed.recusals.create(user=manager, reason="A friend", declared_by=manager)
    asked = asking.ask(closed, text="The power was cut", by=closed.started_by, now=AFTER_CLOSE)
    assert not told("more_time_asked").exists()
    assert "The power was cut" not in browser(manager).get(window_page(closed.call)).content.decode()
    address = reverse("setup:grant_request", args=[closed.call_id, asked.pk])
    assert browser(manager).post(address).status_code == 404


# --- Late attempts and incidents ------------------------------------------------------------------------
def late(application, at) -> None:
    with pytest.raises(locking.TooLate):
        founders.submit_at(application, at)


def healthy(at, **wrong) -> None:
    """A minute of our own record, which is kept on the machine's clock."""
    minute = (at - clock.shift()).replace(second=0, microsecond=0)
    common = {"oldest_due_seconds": 0, "waiting": 0, "backing_off": 0, "dead": 0, "tick_age_seconds": 3}
    HealthMinute.objects.get_or_create(at=minute, defaults={**common, "storage": True, "mail": True, **wrong})


def test_late_attempts_are_listed_with_their_cause(draft, other, manager):
    at = CLOSES_AT + timedelta(seconds=40)
    late(draft, at)
    healthy(at, storage=False)
    [attempt] = incidents.late_attempts(Application.objects.all())
    assert (attempt.application, attempt.at, attempt.person) == (draft, at, draft.started_by)
    assert "the store of files did not answer" in attempt.health
    page = browser(manager).get(window_page(draft.call)).content.decode()
    assert "This submit reached us at 00:00:40.000000" in page
    assert "the store of files did not answer" in page


def test_late_saves_and_uploads_are_attempts_too_whatever_wrote_them(draft, manager):
    at = factories.at(AFTER_CLOSE)
    founder = browser(draft.started_by)
    founder.post(draft.get_absolute_url(), {"problem": "Words of the last minute"})
    deck = reverse("applying:upload_file", args=[draft.public_id, "deck"])
    founder.post(deck, {"deck": founders.upload("last deck.pdf")})
    earlier = draft.earlier_answers.create(key="problem", value="Before", by=draft.started_by, at=at)
    with pytest.raises(locking.TooLate):
        drafts.bring_back(earlier, seen="", by=draft.started_by, now=at)
    attempts = incidents.late_attempts(Application.objects.all())
    assert [one.what for one in attempts] == ["Save", "Upload: last deck.pdf", "Save"]
    assert {(one.application, one.person, one.at) for one in attempts} == {(draft, draft.started_by, at)}
    assert all("nothing can be changed any more" in one.refusal for one in attempts)
    page = browser(manager).get(window_page(draft.call)).content.decode()
    assert "Upload: last deck.pdf" in page


def test_a_late_press_of_submit_in_the_plain_form_is_listed_as_one(draft):
    factories.at(AFTER_CLOSE)
    browser(draft.started_by).post(
        f"{draft.get_absolute_url()}send/", {"problem": "Words of the last minute"}
    )
    assert [one.what for one in incidents.late_attempts(Application.objects.all())] == ["Submit"]


@pytest.mark.parametrize("tries", ["save", "upload"])
def test_who_came_too_late_with_words_or_a_file_is_one_of_those_who_tried(draft, other, tries):
    founders.submit(draft)
    Application.objects.update(saved_at=factories.OPENS_AT)
    with pytest.raises(locking.TooLate):
        if tries == "save":
            drafts.save_draft(draft, {"problem": "More"}, by=draft.started_by, now=AFTER_CLOSE)
        else:
            founders.attach(draft, now=AFTER_CLOSE)
    span = CLOSES_AT, AFTER_CLOSE + timedelta(minutes=1)
    assert list(incidents.who_tried(Application.objects.all(), *span)) == [draft]


def test_an_incident_gives_time_to_all_who_tried_then_and_keeps_our_own_record(draft, other, manager):
    third = founders.make_draft(draft.call, name="Wren")
    Application.objects.filter(pk=third.pk).update(saved_at=CLOSES_AT - timedelta(minutes=5))
    Application.objects.filter(pk__in=[draft.pk, other.pk]).update(saved_at=factories.WHILE_OPEN)
    late(draft, CLOSES_AT + timedelta(seconds=40))
    clock.freeze(AFTER_CLOSE)
    began, ended = CLOSES_AT - timedelta(minutes=20), CLOSES_AT + timedelta(minutes=2)
    healthy(CLOSES_AT - timedelta(minutes=10), mail=False)
    tried = incidents.who_tried(Application.objects.all(), began, ended)
    assert set(tried) == {draft, third}
    form = {
        "began_on": "2023-12-01", "began_at": "23:40", "ended_on": "2023-12-02", "ended_at": "00:02",
        "reason": "Our server was down", "last_day": "2023-12-02", "last_minute": "23:59",
    }  # fmt: skip
    address = reverse("setup:incident", args=[draft.call_id])
    shown = browser(manager).post(address, form).content.decode()
    assert "Papyrus, Wren" in shown
    assert "21 minutes without any record" in shown
    assert "1 minute in which the mail server did not answer" in shown
    assert not Incident.objects.exists()
    mark = re.search(r'name="shown" value="(\w+)"', shown)[1]
    page = browser(manager).post(address, {**form, "shown": mark}, follow=True).content.decode()
    assert "everybody who tried then has more time" in page
    incident = Incident.objects.get()
    assert (incident.health["minutes"], incident.health["mail_down"]) == (22, 1)
    assert {one.application for one in incident.extensions.all()} == {draft, third}
    assert founders.reread(other).deadline == CLOSES_AT
    assert {m.recipient for m in told("deadline_changed")} == {draft.started_by, third.started_by}


def test_an_incident_in_which_nobody_tried_is_refused(draft, manager):
    began = datetime(2023, 11, 10, tzinfo=UTC)
    with pytest.raises(NotAllowed, match="Nobody tried in that time"):
        incidents.declare(
            draft.call, among=Application.objects.all(), began_at=began, ended_at=began + timedelta(hours=1),
            until=A_DAY_LATER, reason="Nothing", by=manager, now=AFTER_CLOSE,
        )  # fmt: skip


# --- The managers' page ---------------------------------------------------------------------------------
@pytest.mark.parametrize("route", ["setup:extend", "setup:incident"])
def test_a_form_about_a_deadline_leads_back_to_the_page_of_the_deadline(closed, manager, route):
    page = browser(manager).get(reverse(route, args=[closed.call_id])).content.decode()
    (back,) = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>\s*Back\s*</a>', page)
    assert back == reverse("setup:window", args=[closed.call_id])


def test_more_time_for_those_who_are_named_shows_first_what_it_reopens(closed, other, manager):
    address = reverse("setup:extend", args=[closed.call_id])
    form = {
        "whom": "some", "who": f"{closed.started_by.email}\n{other.public_id}-1", "last_day": "2023-12-02",
        "last_minute": "23:59", "reason": "A strike",
    }  # fmt: skip
    shown = browser(manager).post(address, form).content.decode()
    assert "Kestrel, Papyrus" in shown
    assert "2 sealed applications are open again until then" in shown
    assert "stays in the history, and a new one follows" in shown
    assert not Extension.objects.exists()
    window = reverse("setup:window", args=[closed.call_id])
    assert [link.count(window) for link in re.findall(r"<a [^>]*button[^>]*>", shown)][-1] == 1  # No, go back
    mark = re.search(r'name="shown" value="(\w+)"', shown)[1]
    page = browser(manager).post(address, {**form, "shown": mark}, follow=True).content.decode()
    assert "More time is given" in page
    assert "A strike" in page
    assert Extension.objects.count() == 2
    unknown = browser(manager).post(address, {**form, "who": "nobody@people.example"}).content.decode()
    assert "Nobody in this call has this: nobody@people.example." in unknown


def test_an_extension_is_taken_back_on_a_page(draft, manager):
    [extension] = deadlines.extend(
        draft.call, None, until=A_DAY_LATER, reason="A strike", by=manager, now=factories.WHILE_OPEN
    )
    address = reverse("setup:take_back", args=[draft.call_id, extension.pk])
    assert "Saturday 2 December 2023, 23:59 Paris time" in browser(manager).get(address).content.decode()
    page = browser(manager).post(address, {"reason": "There is no strike"}, follow=True).content.decode()
    assert "Taken back, and those concerned are told." in page
    assert founders.reread(draft).deadline == CLOSES_AT
