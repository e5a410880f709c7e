"""The lists of the dashboard as files: what the page shows, and no more, on record."""

import csv
import io

import factories
import factories_cohort
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accelerator.messages import outbox
from accelerator.models import HistoryEntry, User
from applications.reviewing import conflicts

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(cast, reviewing, signed_in):
    return signed_in(cast.manager)


def handed_out(client, route: str, *args, query="") -> list[list[str]]:
    response = client.post(reverse(route, args=args) + query, {"form": "csv"})
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def on_record(action: str) -> HistoryEntry:
    return HistoryEntry.objects.get(action=action)


def test_the_people_of_a_programme(cast, manager):
    User.objects.filter(pk=cast.reviewer.pk).update(name="=1+1")
    head, *lines = handed_out(manager, "people:export_people", cast.call.programme.slug)
    assert head == ["Name", "E-mail", "Role", "Organisation", "Since", "Second factor"]
    assert ["'=1+1", cast.reviewer.email, "Reviewer", "Meta", "2023-11-08 09:00:00", "not yet"] in lines
    entry = on_record("programme.people_exported")
    assert (entry.actor, entry.details["lines"], entry.details["form"]) == (cast.manager, len(lines), "csv")
    assert cast.other_manager.email not in str(lines)


def test_the_reviewers_of_a_call_with_how_far_each_has_come(cast, manager):
    factories.make_review(cast.assignment)
    head, *lines = handed_out(manager, "reviewing:export_reviewers", cast.call.pk)
    assert head[:3] == ["Reviewer", "E-mail", "Organisation"]
    of = {line[0]: line for line in lines}
    assert of["Ada Stern"][3:7] == ["language", "30", "1", "1"]
    assert of["Joris Blom"][5:7] == ["0", "0"]  # asked for nothing yet, and there all the same
    assert on_record("call.reviewers_exported").details["lines"] == 3


def test_figures_of_reviewers_are_without_what_their_reader_has_a_conflict_with(cast, manager):
    conflicts.recuse(
        cast.application, who=cast.manager, reason="Cousin", by=cast.manager, now=factories.REVIEWING
    )
    lines = handed_out(manager, "reviewing:export_reviewers", cast.call.pk)[1:]
    assert {line[5] for line in lines} == {"0"}


def _message(cast, number, to=None, about=None, **fields):
    outbox.enqueue(
        "applications.call_closed",
        key=f"message:{number}",
        to=to or cast.reviewer,
        words=(f"Subject {number}", "A text that stays here."),
        programme=cast.call.programme,
        about=about or cast.call,
        now=factories.REVIEWING,
        **fields,
    )


def test_messages_as_they_are_listed_and_never_their_texts(cast, manager):
    for number in range(3):
        _message(cast, number)
    head, *lines = handed_out(manager, "messages:export_messages", query="?q=Subject+1")
    assert head == ["Subject", "Kind", "To", "E-mail", "Due", "Sent", "State"]
    assert [line[0] for line in lines] == ["Subject 1"]
    whole = handed_out(manager, "messages:export_messages")
    assert len(whole) == 4
    assert "A text that stays" not in str(whole)
    first = HistoryEntry.objects.filter(action="programme.messages_exported").order_by("pk").first()
    assert (first.details["lines"], first.side.values["name"]) == (1, "Subject 1")


def test_no_message_about_what_has_a_conflict_is_handed_out(cast, manager):
    _message(cast, 1, about=cast.application)
    conflicts.recuse(
        cast.application, who=cast.manager, reason="Cousin", by=cast.manager, now=factories.REVIEWING
    )
    assert "Subject 1" not in str(handed_out(manager, "messages:export_messages"))


def test_messages_are_taken_in_parts_with_few_queries(cast, manager):
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            handed_out(manager, "messages:export_messages")
        return len(captured)

    _message(cast, 0)
    asked()
    few = asked()
    for number in range(1, 30):
        _message(cast, number)
    assert asked() == few


@pytest.mark.parametrize("form", ["", "exe", "html"])
def test_another_kind_of_file_does_not_exist(cast, manager, form):
    for route, args in (
        ("people:export_people", [cast.call.programme.slug]),
        ("reviewing:export_reviewers", [cast.call.pk]),
        ("messages:export_messages", []),
    ):
        assert manager.post(reverse(route, args=args), {"form": form}).status_code == 404
        assert manager.get(reverse(route, args=args)).status_code == 405
    assert not HistoryEntry.objects.filter(action__endswith="_exported").exists()


def test_mentors_and_sessions_of_a_cohort(cast, signed_in):
    cast = factories_cohort.make_cohort_cast(cast)
    factories.at(factories_cohort.TUESDAY_14H)
    client = signed_in(cast.manager)
    head, *mentors = handed_out(client, "mentoring_dashboard:export_mentors", cast.cohort.public_id)
    assert head == ["Mentor", "E-mail", "Organisation", "Sessions", "No-shows", "Minutes"]
    assert {line[1] for line in mentors} == {cast.mentor.email, cast.other_mentor.email}
    response = client.get(reverse("mentoring_dashboard:sessions", args=[cast.cohort.public_id]))
    shown = [str(one.startup) for one in response.context["sessions"]]
    head, *sessions = handed_out(client, "mentoring_dashboard:export_sessions", cast.cohort.public_id)
    columns = ["Startup", "Mentor", "When", "About", "State", "Did not come", "Cancelled late", "Minutes"]
    assert head == columns
    assert [line[0] for line in sessions] == shown
    assert shown
    assert on_record("cohort.sessions_exported").details["lines"] == len(shown)
    assert on_record("cohort.mentors_exported").details["lines"] == 2
