"""The managers of a call hear its figures once it is sealed."""

from datetime import timedelta

import factories
import pytest

from accelerator import clock
from accelerator.messages import delivery, reminders
from accelerator.models import OutboxMessage
from applications.applying import sealing

pytestmark = pytest.mark.django_db


def tick(moment):
    clock.freeze(moment)
    reminders.tick()
    delivery.deliver()


def mails(kind, status="sent"):
    found = OutboxMessage.objects.filter(kind=f"applications.{kind}", status=status)
    return list(found.order_by("due_at", "pk"))


def planned(since, until):
    return [(n.kind.partition(".")[2], n.due_at, str(n.to)) for n in reminders.planned_notices(since, until)]


def test_managers_hear_the_figures_once_the_call_is_sealed(call, while_open):
    manager = factories.make_manager(call.programme)
    factories.make_application(call, submitted=True)
    factories.make_application(call, name="Kestrel")
    applicant = factories.make_manager(call.programme, "Noor Haddad")
    factories.make_application(call, applicant, name="Marée Basse", submitted=True)
    sealed_at = factories.CLOSES_AT + sealing.SEALED_AFTER
    assert ("call_closed", sealed_at, str(manager)) in planned(factories.WHILE_OPEN, factories.AFTER_CLOSE)
    tick(sealed_at - factories.MICROSECOND)
    assert not mails("call_closed")
    tick(sealed_at)
    tick(sealed_at + timedelta(minutes=1))
    (mail,) = mails("call_closed")  # not to the manager who applied
    assert mail.recipient == manager
    assert mail.subject == "First edition is closed: 2 applications"
    assert "Friday 1 December 2023, 23:59 Paris time" in mail.text
    assert "Started, never submitted: 1" in mail.text
