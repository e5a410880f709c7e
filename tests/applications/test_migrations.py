"""A database of the version before, with messages waiting in it, moves on and its messages leave."""

from datetime import timedelta

import factories
import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from factories_cohort import JANUARY, make_cohort_cast

from accelerator import history
from accelerator.messages import delivery, outbox, reminders
from accelerator.models import OutboxMessage
from applications.applying import reminders as of_applications
from applications.models import Application, Letter
from cohorts.events import reminders as of_cohorts
from cohorts.models import Event
from mentoring.models import MentoringSession
from mentoring.sessions import reminders as of_mentoring

BEFORE = [("applications", "0003_frozen_dossiers")]


@pytest.fixture
def version_before(transactional_db):
    """Go back, and whatever a test does, come forward again."""
    yield lambda: MigrationExecutor(connection).migrate(BEFORE)
    forward()


def forward() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def write(notice: reminders.Notice) -> None:
    reminders._write([notice], notice.due_at)


def test_messages_that_wait_get_their_version_and_held_ones_become_a_letter(cast, version_before):
    factories.at(JANUARY)
    make_cohort_cast(cast)
    factories.make_application(cast.call, name="Draft", status="draft")
    session = MentoringSession.objects.filter(status="booked").first()
    event = Event.objects.create(
        call=cast.call, kind="workshop", title="Week one", starts_at=JANUARY + timedelta(days=3),
    )  # fmt: skip
    soon = session.starts_at - timedelta(hours=1)
    write(of_mentoring._notice(of_mentoring.SESSION_SOON, session, cast.founder, soon, session.starts_at))
    write(of_cohorts._notice(event, cast.founder))
    later = JANUARY + timedelta(hours=1)
    of_the_call = cast.call.applications.all()
    end = later + timedelta(days=999)
    write(next(of_applications._to_all_writing(cast.call, of_the_call, end, later, end)))
    rows = OutboxMessage.objects.exclude(version="")
    announced = dict(rows.values_list("kind", "version"))
    assert len(announced) == 3
    rows.update(version="", useless_after=None, due_at=JANUARY)
    for person in (cast.founder, cast.co_founder):
        outbox.enqueue(
            "applications.letter_not_selected",
            key=f"letter:{cast.application.pk}:0:{person.pk}",
            to=person,
            context={"application": cast.application, "call": cast.call},
            programme=cast.call.programme,
            about=cast.application,
        )
    OutboxMessage.objects.filter(kind="applications.letter_not_selected").update(status="held")
    version_before()
    forward()
    waiting = OutboxMessage.objects.filter(kind__in=announced)
    assert dict(waiting.values_list("kind", "version")) == announced
    delivery.deliver()
    assert set(waiting.values_list("status", "reason")) == {("sent", "")}
    letter = Letter.objects.waiting().get()
    held = OutboxMessage.objects.filter(kind="applications.letter_not_selected")
    assert (letter.application, letter.kind) == (cast.application, "not_selected")
    assert set(held.values_list("text", "status")) == {(letter.text, "cancelled")}
    assert all(held.values_list("reason", flat=True))


def test_the_checks_of_the_latest_verdict_are_filled_from_the_history(cast, version_before):
    application = cast.application
    for checks in (["open"], ["open", "team"]):
        history.record("application.screened", application, by=cast.manager, now=JANUARY, checks=checks)
    version_before()
    forward()
    application.refresh_from_db()
    assert application.eligibility_checks == ["open", "team"]
    assert Application.objects.get(pk=cast.rival_application.pk).eligibility_checks == []
