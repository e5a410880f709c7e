"""The number under which a call's questions are kept only grows."""

import pytest

from applications.models import Call

pytestmark = pytest.mark.django_db


def test_saving_a_call_that_was_read_before_does_not_take_the_version_back(call):
    read_before = Call.objects.get(pk=call.pk)
    call.questions.update(required=False)
    raised = Call.objects.get(pk=call.pk).questions_version
    assert raised == read_before.questions_version + 1
    read_before.save()
    assert Call.objects.get(pk=call.pk).questions_version == raised
