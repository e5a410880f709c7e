"""The invariant of invitations finds nothing in what we write, and each way in which it can be broken."""

from datetime import timedelta

import factories
import pytest
from factories_cohort import JANUARY, make_cohort_cast

from accelerator.calendar import chains
from accelerator.models import OutboxMessage
from cohorts.events import planning

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def mails(cast):
    """An event that was told of, moved and cancelled, in the calendar of its mentor."""
    factories.at(JANUARY)
    cast = make_cohort_cast(cast)
    event, said = cast.event, {"seen": 99, "reason": "A strike", "by": cast.manager, "now": JANUARY}
    planning.invite_everybody(event, now=JANUARY)
    planning.change(event, starts_at=event.starts_at + HOUR, minutes=45, place="Room 7", **said)
    planning.cancel(event, **said)
    assert chains.broken() == []
    return OutboxMessage.objects.filter(recipient=cast.mentor).order_by("pk")


def changed(mail, old: str, new: str) -> None:
    assert old in mail.calendar
    OutboxMessage.objects.filter(pk=mail.pk).update(calendar=mail.calendar.replace(old, new))


@pytest.mark.parametrize(
    ("which", "old", "new", "sentence"),
    [
        (1, "UID:event", "UID:other", "another UID"),
        (1, "SEQUENCE:1", "SEQUENCE:0", "SEQUENCE 0 after 0"),
        (2, "Room 7", "Room 8", "another time or place"),
        (2, "METHOD:CANCEL", "METHOD:REQUEST", "another method"),
    ],
)
def test_a_broken_chain_is_found_and_named(mails, which, old, new, sentence):
    changed(mails[which], old, new)
    [*found] = chains.broken()
    assert any(sentence in said for said in found)


def test_a_cancellation_alone_or_twice_is_found(mails):
    first, second, _last = mails
    OutboxMessage.objects.filter(pk__in=[first.pk, second.pk]).update(status=OutboxMessage.Status.DEAD)
    assert "cancels what nobody was invited to" in chains.broken()[0]
