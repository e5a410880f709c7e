"""The dashboard through its URLs: reviewers score, managers run the call, and nobody sees what is not theirs."""

import re
from pathlib import Path

import factories
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accelerator import clock, history
from accelerator.groups import audiences, writing
from accelerator.messages import delivery, kinds, outbox
from accelerator.models import OutboxMessage, TeamMember, Trouble, User
from applications.models import Application, Assignment, Decision, Offer, Recusal, Release, Review
from applications.reviewing import conflicts, reviews
from applications.selecting import deciding, letters
from applications.selecting.models import letter_messages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reviewing")]
NOW = factories.REVIEWING


def url(name, *args):
    return reverse(name, args=args)


def marks(*values):
    return {"criterion_open_models": values[0], "criterion_team": values[1]}


def page(response):
    """What a person sees: the tokens of forms differ at every request."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


@pytest.fixture
def reviewer(cast):
    return factories.sign_in(Client(), cast.reviewer)


@pytest.fixture
def manager(cast):
    return factories.sign_in(Client(), cast.manager)


# --- Scoring ----------------------------------------------------------------------------------------------
def test_the_application_opens_only_after_the_question_about_a_conflict(cast, reviewer):
    review, declare = (
        url(n, cast.assignment.public_id) for n in ("reviewing:review", "reviewing:declare_conflict")
    )
    assert reviewer.get(review).url == declare
    assert "Notaries wait" not in page(reviewer.get(declare))
    assert reviewer.post(declare, {"conflict": "no"}).url == review
    assert reviewer.get(review).status_code == 200


def test_a_reviewer_with_a_conflict_sees_neither_application_nor_scores(cast, reviewer):
    declare = url("reviewing:declare_conflict", cast.assignment.public_id)
    assert "Please say in a few words" in page(reviewer.post(declare, {"conflict": "yes"}))
    said = {"conflict": "yes", "reason": "I invested in them."}
    assert reviewer.post(declare, said).url == url("reviewing:review_queue")
    assert Recusal.objects.get(user=cast.reviewer).reason == "I invested in them."
    assert reviewer.get(url("reviewing:review", cast.assignment.public_id)).status_code == 404
    assert reviewer.get(url("reviewing:review_queue")).context["calls"] == []


def test_saving_keeps_a_draft_and_next_submits_and_goes_on(cast, reviewer):
    assigned = Assignment.objects.get(pk=cast.assignment.pk)
    other = factories.assign(assigned.reviewer, cast.rival_application)
    review = url("reviewing:review", assigned.public_id)
    reviews.begin(assigned, by=cast.reviewer, now=NOW)
    draft = {"criterion_team": "4", "for_panel": "Thin", "act": "save"}
    assert reviewer.post(review, draft).url == review
    assert Review.objects.get().comment_for_panel == "Thin"
    refused = reviewer.post(review, {"criterion_team": "4", "act": "next"})
    assert "Please give a mark." in page(refused)
    assert not Review.objects.get().is_submitted
    assert reviewer.post(review, {**marks(8, 6), "act": "next"}).url == url(
        "reviewing:review", other.public_id
    )
    assert str(Review.objects.get().total) == "7.200000"
    queue = reviewer.get(url("reviewing:review_queue")).context["calls"][0]
    assert (len(queue["finished"]), queue["whole"]) == (1, 2)


def test_others_scores_show_only_once_ones_own_are_in_and_one_asks(cast, reviewer, call):
    theirs = factories.assign(call.reviewers.get(user=cast.other_reviewer), cast.application)
    factories.make_review(theirs, 2, 3)
    Review.objects.filter(assignment=theirs).update(comment_for_panel="Too early, I think.")
    review = url("reviewing:review", cast.assignment.public_id)
    reviews.begin(cast.assignment, by=cast.reviewer, now=NOW)
    assert "Too early" not in page(reviewer.get(review))
    reviewer.post(review, {**marks(8, 6), "act": "next"})
    assert "Too early" not in page(reviewer.get(review))
    reviewer.post(url("reviewing:see_others", cast.assignment.public_id))
    assert "Too early" in page(reviewer.get(review))


def test_a_reviewer_in_a_team_of_the_call_gets_nothing_of_it(cast, reviewer):
    TeamMember.objects.create(startup=cast.rival_application.startup, user=cast.reviewer)
    assert reviewer.get(url("reviewing:review", cast.assignment.public_id)).status_code == 404
    assert reviewer.get(url("reviewing:review_queue")).context["calls"] == []


def test_a_superuser_with_a_conflict_or_an_application_is_refused_as_well(cast, manager, call):
    User.objects.filter(pk=cast.manager.pk).update(is_superuser=True)
    one = url("reviewing:panel_application", call.pk, cast.application.public_id)
    assert manager.get(one).status_code == 200
    conflicts.recuse(cast.application, who=cast.manager, reason="Cousin", by=cast.manager, now=NOW)
    assert manager.get(one).status_code == 404
    for name in (
        "lists:applications",
        "reviewing:screening",
        "selecting:ranking",
        "selecting:selection",
        "selecting:letters",
    ):
        assert "Papyrus" not in page(manager.get(url(name, call.pk)))
    TeamMember.objects.create(startup=cast.rival_application.startup, user=cast.manager)
    assert manager.get(url("selecting:ranking", call.pk)).status_code == 404


def test_a_manager_who_reviews_sees_no_others_scores_before_their_own(cast, manager, call):
    theirs = factories.assign(call.reviewers.get(user=cast.other_reviewer), cast.application)
    factories.make_review(theirs, 2, 3)
    one = url("reviewing:panel_application", call.pk, cast.application.public_id)
    assert "Solid." in page(manager.get(one))
    factories.give_role(cast.manager, call.programme, "reviewer")
    factories.assign(call.reviewers.create(user=cast.manager), cast.application)
    assert "Solid." not in page(manager.get(one))
    row = next(
        r for r in manager.get(url("selecting:ranking", call.pk)).context["rows"] if r["name"] == "Papyrus"
    )
    assert row["is_hidden"]


# --- Running a call ---------------------------------------------------------------------------------------
def test_a_manager_screens_one_after_the_other(cast, manager, call):
    first = factories.make_application(call, name="Aurochs", sealed=True)
    second = factories.make_application(call, name="Bramble", sealed=True)
    answer = manager.post(
        url("reviewing:screen_application", call.pk, first.public_id),
        {"verdict": "eligible", "checks": ["open"]},
    )
    screen_second = url("reviewing:screen_application", call.pk, second.public_id)
    assert answer.url == screen_second
    assert "Please say why" in page(manager.post(screen_second, {"verdict": "ineligible"}))
    said = {"verdict": "ineligible", "reason": "No open model."}
    assert manager.post(screen_second, said).url == url("reviewing:screening", call.pk)
    assert "No open model." in page(manager.get(url("reviewing:screening", call.pk), {"show": "ineligible"}))


def test_the_plan_is_shown_before_it_is_applied(cast, manager, call):
    Assignment.objects.all().delete()
    shown = manager.get(url("reviewing:assignment", call.pk))
    assert not Assignment.objects.exists()
    assert "Application Papyrus gets 2 reviews in place of 3" in page(
        shown
    )  # one of the three has a conflict
    manager.post(url("reviewing:assignment", call.pk), {"plan": "another"})
    assert not Assignment.objects.exists()
    manager.post(url("reviewing:assignment", call.pk), {"plan": shown.context["proposal"].fingerprint})
    assert Assignment.objects.count() == 5
    assert OutboxMessage.objects.filter(kind="applications.readings_assigned").count() == 3


def test_of_many_wishes_of_a_kind_that_cannot_be_met_the_first_are_shown_and_the_rest_folded(manager, call):
    for number in range(7):
        factories.make_application(call, name=f"Kestrel {number}", eligible=True)
    shown = page(manager.get(url("reviewing:assignment", call.pk)))
    first, rest = re.split(r"<summary>\s*\d more like these\s*</summary>", shown)
    wish = "has no reader from outside its field"
    assert (first.count(wish), rest.count(wish) > 3) == (3, True)


def test_an_unfinished_assignment_is_handed_on(cast, manager, call):
    to = call.reviewers.get(user=cast.other_reviewer)
    manager.post(url("reviewing:hand_on", cast.assignment.public_id), {"to": to.pk, "reason": "On leave"})
    assert Assignment.objects.live().get(application=cast.application).reviewer == to


def test_the_old_address_of_handing_on_redirects_to_the_new(cast, manager):
    page = url("reviewing:hand_on", cast.assignment.public_id)
    before = page.replace("/assignments/", "/readings/")
    assert before != page
    assert manager.get(before).url == page


def test_a_manager_records_a_conflict(cast, manager, call):
    who = call.reviewers.get(user=cast.other_reviewer)
    pin = url("reviewing:pin_conflict", call.pk, cast.application.public_id)
    manager.post(pin, {"who": who.pk, "reason": "Shares an office"})
    assert cast.application.recusals.filter(user=cast.other_reviewer).exists()


# --- Choosing ---------------------------------------------------------------------------------------------
@pytest.fixture
def small(cast):
    """A call of one seat with four eligible applications."""
    call = cast.call
    call.seats, call.reserve = 1, 2
    call.save()
    for name in ("Marrow", "Quarry"):
        factories.make_application(call, name=name, eligible=True)
    return call


def one_of(name):
    return Application.objects.get(startup__name=name)


def decide(manager, call, act, name="", **fields):
    """Press a button of the board, as it shows now."""
    board = manager.get(url("selecting:selection", call.pk)).context
    lines = {row["application__public_id"]: row["seen"] for row in [*board["picked"], *board["reserve"]]}
    lines |= {row["public_id"]: row["seen"] for row in board["rows"]}
    id = one_of(name).public_id if name else ""
    mark = board["board_seen"] if act in {"rest", "up", "down"} else lines[id]
    sent = {"act": act, "application": id, "seen": mark, **fields}
    return manager.post(url("selecting:selection", call.pk), sent, follow=True)


def publish(manager, call):
    shown = manager.get(url("selecting:release", call.pk)).context
    return manager.post(url("selecting:release", call.pk), {"seen": shown["seen"]}, follow=True)


def write(manager, letter, **words):
    """Send the form of a letter with other words."""
    form = manager.get(letter).context["form"]
    return manager.post(letter, {"seen": form["seen"].value(), "read": form["read"].value(), **words})


def test_the_board_picks_reserves_and_refuses_one_too_many(small, manager):
    decide(manager, small, "pick", "Papyrus", reason="Clear need")
    assert "The only seat is taken" in page(decide(manager, small, "pick", "Kestrel"))
    decide(manager, small, "reserve", "Kestrel")
    decide(manager, small, "reserve", "Marrow")
    decide(manager, small, "up", "Marrow")
    assert "1 other application: not selected" in page(decide(manager, small, "rest"))
    rows = Decision.objects.values_list("application__startup__name", "outcome", "reserve_position")
    assert set(rows) == {
        ("Papyrus", "selected", None),
        ("Marrow", "reserve", 1),
        ("Kestrel", "reserve", 2),
        ("Quarry", "not_selected", None),
    }


def test_nothing_shows_outside_before_the_release_and_everything_after(small, manager, cast):
    founder = factories.sign_in(Client(), cast.founder)
    pages = [cast.application.get_absolute_url(), url("applying:my_applications")]
    before = [page(founder.get(one)) for one in pages]
    decide(manager, small, "pick", "Papyrus")
    decide(manager, small, "rest")
    manager.post(url("selecting:letters", small.pk))
    assert "4 letters to 5 people" in page(manager.get(url("selecting:release", small.pk)))
    assert "4 letters to 5 people" in page(manager.get(url("selecting:letters", small.pk)))
    assert "4 letters are held until the release (people: 5)" in page(manager.get(url("messages:outbox")))
    assert "to 3 people" in page(manager.get(url("setup:timeline", small.pk)))
    assert [page(founder.get(one)) for one in pages] == before
    assert delivery.deliver() == 0
    publish(manager, small)
    assert Release.objects.filter(call=small).exists()
    assert delivery.deliver() == 5  # Papyrus has two founders
    offer = Offer.objects.get()
    letter = OutboxMessage.objects.get(recipient=cast.founder, kind="applications.letter_offer")
    assert offer.get_absolute_url() in letter.text


def test_a_letter_is_read_changed_and_sent_as_changed(small, manager):
    decide(manager, small, "pick", "Papyrus")
    decide(manager, small, "rest")
    manager.post(url("selecting:letters", small.pk))
    letter = url("selecting:letter", small.pk, one_of("Quarry").public_id)
    assert write(manager, letter, subject="Quarry", text="We read it twice.").status_code == 302
    offer = url("selecting:letter", small.pk, one_of("Papyrus").public_id)
    assert "An offer needs" in page(write(manager, offer, subject="Yes", text="Come"))
    publish(manager, small)
    assert letter_messages(small).get(object_id=one_of("Quarry").pk).text == "We read it twice.\n"
    assert "We read it twice." in page(manager.get(letter))


def test_a_release_that_is_not_ready_says_so(small, manager):
    assert "0 of 1 seat is given" in page(publish(manager, small))
    assert not Release.objects.exists()


# --- Messages ---------------------------------------------------------------------------------------------
def test_messages_are_found_read_and_tried_again(cast, manager, call):
    figures = {"submitted": 2, "last_day": 1, "drafts": 0, "withdrawn": 0}
    outbox.enqueue(
        "applications.call_closed",
        key="k",
        to=cast.manager,
        programme=call.programme,
        context={"call": call, "url": "/", **figures},
    )
    OutboxMessage.objects.update(status="dead", last_error="550 no such user")
    message = OutboxMessage.objects.get()
    assert message.subject in page(manager.get(url("messages:outbox"), {"status": "dead", "q": "closed"}))
    assert message.subject not in page(manager.get(url("messages:outbox"), {"status": "sent"}))
    assert "550 no such user" in page(manager.get(url("messages:message", message.public_id)))
    manager.post(url("messages:retry_message", message.public_id))
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("waiting", 0)
    again = manager.post(url("messages:retry_message", message.public_id), follow=True)
    assert "no longer possible" in page(again)


def test_a_message_whose_end_is_unclear_says_that_it_goes_once_more(cast, manager, call):
    figures = {"submitted": 2, "last_day": 1, "drafts": 0, "withdrawn": 0}
    outbox.enqueue(
        "applications.call_closed",
        key="k",
        to=cast.manager,
        programme=call.programme,
        context={"call": call, "url": "/", **figures},
    )
    OutboxMessage.objects.update(status="sending")
    message = OutboxMessage.objects.get()
    assert "no clear answer" not in page(manager.get(url("messages:message", message.public_id)))
    OutboxMessage.objects.update(last_error="the connection was lost")
    shown = page(manager.get(url("messages:message", message.public_id)))
    assert "The mail server gave no clear answer; it goes once more." in shown


def test_what_could_not_be_done_is_shown_to_the_managers_of_the_programme(cast, manager, call):
    assert "What could not be done" not in page(manager.get(url("messages:outbox")))
    elsewhere = factories.make_call(factories.make_programme(slug="elsewhere"), slug="elsewhere")
    now = clock.real_now()
    for what, about, error in (
        ("applications.seal", f"applications.call:{call.pk}", "LookupError: no such thing"),
        ("mentoring.reminders.session_nears", "", "TypeError: <b>odd</b>"),
        ("applications.seal", f"applications.call:{elsewhere.pk}", "LookupError: of others"),
        ("applications.seal", "applications.gone:1", "LookupError: of nobody"),
    ):
        Trouble.objects.create(what=what, about=about, error=error, last_seen_at=now)
    shown = page(manager.get(url("messages:outbox")))
    assert "What could not be done" in shown
    assert "no such thing" in shown
    assert f"· {call}" in shown
    assert "Finding what is due" in shown
    assert "of others" not in shown
    assert "of nobody" not in shown


def test_a_message_leads_to_the_dashboards_own_page_of_what_it_is_about(cast, manager, call):
    outbox.enqueue(
        "applications.withdrawn",
        key="k",
        to=cast.founder,
        programme=call.programme,
        about=cast.application,
        context={
            "application": cast.application,
            "call": call,
            "by": cast.founder,
            "link": outbox.absolute(cast.application.get_absolute_url()),
        },
    )
    message = OutboxMessage.objects.get()
    shown = page(manager.get(url("messages:message", message.public_id)))
    assert outbox.absolute(cast.application.get_absolute_url()) in shown
    addresses = re.findall(r'<a [^>]*href="([^"#]+)"', shown)
    assert url("reviewing:panel_application", call.pk, cast.application.public_id) in addresses
    answers = {address: manager.get(address).status_code for address in addresses if "admin" in address}
    assert set(answers.values()) == {200}, answers
    assert outbox.absolute(cast.application.get_absolute_url()) not in addresses


def test_a_message_about_a_draft_leads_to_no_page_that_is_not_there(cast, manager, call):
    draft = factories.make_application(call, name="Fathom", status="draft", submitted_at=None)
    outbox.enqueue(
        "applications.deadline_nears",
        key="nears",
        to=cast.founder,
        context={"application": draft, "call": call, "when": "in 38 hours", "link": "https://x.example/"},
        programme=call.programme,
        about=draft,
    )
    shown = page(manager.get(url("messages:message", OutboxMessage.objects.get().public_id)))
    assert url("reviewing:panel_application", call.pk, draft.public_id) not in shown


def test_every_kind_of_message_has_a_name_for_people():
    templates = Path(settings.BASE_DIR, "templates").glob("*/notices/*.subject.txt")
    written = {f"{path.parts[-3]}.{path.name.removesuffix('.subject.txt')}" for path in templates}
    in_words_of_their_own = {
        "accelerator.account_changed",
        "accelerator.conduct_report",
        "accelerator.group_message_test",
        "accelerator.sign_in",
        "applications.planned_test",
    }
    assert written | in_words_of_their_own == set(kinds.NAMES)


def test_screening_does_not_call_the_checks_optional(cast, manager, call):
    unscreened = factories.make_application(call, name="Fathom", sealed=True)
    form = page(manager.get(url("reviewing:screen_application", call.pk, unscreened.public_id)))
    assert "What holds" in form
    assert "optional" not in form


def test_a_code_is_not_shown_in_the_dashboard(cast, manager, call):
    outbox.enqueue_secret(
        "accelerator.sign_in", to="x@y.example", subject="Code 123456", text="123456", useless_after=None
    )
    OutboxMessage.objects.update(programme=call.programme)
    message = OutboxMessage.objects.get()
    for shown in (
        manager.get(url("messages:message", message.public_id)),
        manager.get(url("messages:outbox")),
    ):
        assert message.text not in page(shown)
        assert "123456" not in page(shown)


def test_the_timeline_says_what_will_go_out_and_to_how_many(cast, manager, call):
    shown = page(manager.get(url("setup:timeline", call.pk)))
    assert "Reviews are due soon" in shown
    assert "15 December 2023, 10:00 Paris time" in shown


def test_the_timeline_says_what_happened_in_words(cast, manager, call):
    history.record("call.assigned", call, by=cast.manager, programme=call.programme, now=NOW)
    history.record("call.changed", call, by=cast.manager, programme=call.programme, now=NOW)
    shown = page(manager.get(url("setup:timeline", call.pk)))
    assert "Reviews assigned" in shown
    assert "Call changed" in shown


# --- Light pages ------------------------------------------------------------------------------------------
OF_CALL = [
    "lists:applications", "reviewing:screening", "reviewing:assignment", "reviewing:progress",
    "selecting:ranking", "selecting:selection", "selecting:letters", "setup:timeline",
]  # fmt: skip


def fill(call, cast, number):
    """`number` more of everything a page can list: applications, assignments, reviews, decisions, letters."""
    reviewers = [call.reviewers.get(user=u) for u in (cast.manager, cast.other_reviewer)]
    for i in range(number):
        application = factories.make_application(call, name=f"Alder {number}-{i}", eligible=True)
        factories.make_review(factories.assign(reviewers[0], application), 5, 5)
        factories.assign(reviewers[1], application)
        factories.make_application(call, name=f"Birch {number}-{i}", sealed=True)
        other = factories.make_application(call, name=f"Cedar {number}-{i}", eligible=True)
        deciding.leave_out(other, by=cast.manager, now=NOW)
        factories.make_reviewer(call, f"Reader {number}-{i}")
    letters.prepare_letters(call, by=cast.manager, now=NOW)
    group = audiences.group(cast.manager, "applications.submitted", call.pk)
    for i in range(number):
        writing.write(group, subject=f"Word {number}-{i}", text="Hello", by=cast.manager, now=NOW)


def test_the_pages_make_as_many_queries_for_thirty_as_for_one(cast, manager, call):
    factories.give_role(cast.manager, call.programme, "reviewer")
    call.reviewers.create(user=cast.manager)
    pages = {name: url(name, call.pk) for name in OF_CALL}
    pages |= {name: url(name) for name in ("reviewing:review_queue", "messages:outbox", "groups:messages")}

    def count():
        found = {}
        for name, address in pages.items():
            with CaptureQueriesContext(connection) as queries:
                assert manager.get(address).status_code == 200
            found[name] = len(queries)
        return found

    fill(call, cast, 1)
    few = count()
    fill(call, cast, 29)
    assert count() == few
    assert max(few.values()) <= 34
