"""A change of state matches only the state that was seen."""

import factories
import pytest

from accelerator.transitions import SomebodyWasFirst
from applications.models import Application


@pytest.mark.django_db
def test_whoever_saw_an_earlier_state_changes_nothing(call, while_open):
    mine = factories.make_application(call)
    theirs = Application.objects.get(pk=mine.pk)
    theirs.move_to(Application.Status.WITHDRAWN)
    with pytest.raises(SomebodyWasFirst, match="Somebody else has just changed this"):
        mine.move_to(Application.Status.SUBMITTED, submitted_at=while_open)
    assert Application.objects.get(pk=mine.pk).is_withdrawn
