"""Before a call opens its manager sends themselves a mail, as founders will get theirs."""

import factories
import pytest
from django.urls import reverse

from accelerator.messages import delivery
from accelerator.models import OutboxMessage

pytestmark = pytest.mark.django_db


def trials():
    return OutboxMessage.objects.filter(kind="applications.trial_mail")


def test_it_goes_to_whoever_asked_and_once_a_minute(call, while_open, signed_in):
    manager = factories.make_manager(call.programme)
    client = signed_in(manager)
    set_up = reverse("setup:call", args=[call.pk])
    trial = reverse("setup:send_trial", args=[call.pk])
    assert trial in client.get(set_up).text
    assert "Send yourself one" in client.get(set_up).text
    for _press in range(2):
        assert f"A mail to {manager.email} is on its way" in client.post(trial, follow=True).text
    message = trials().get()
    assert message.recipient == manager
    assert "SPF, DKIM and DMARC" in " ".join(message.text.split())
    delivery.deliver()
    message.refresh_from_db()
    assert message.status == OutboxMessage.Status.SENT
    assert "Mail leaves" in client.get(set_up).text


def test_nobody_else_sends_one(call, while_open, signed_in):
    stranger = signed_in(factories.make_manager(factories.make_programme("other", name="Other")))
    assert stranger.post(reverse("setup:send_trial", args=[call.pk])).status_code == 404
    assert not trials().exists()
