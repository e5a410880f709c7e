"""Publishing a call in a process of its own: the real one, on the tests' database."""

import factories
import pytest
from django.db import connection, transaction
from django.urls import reverse

from accelerator.messages import nudging
from accelerator.models import OutboxMessage
from accelerator.transitions import NotAllowed
from applications.models import Release
from applications.selecting import deciding, letters, publishing, releasing

pytestmark = pytest.mark.django_db(transaction=True)
NOW = factories.REVIEWING


@pytest.fixture
def call(monkeypatch, settings):
    database = connection.settings_dict
    monkeypatch.setenv(
        "DATABASE_URL",
        f"postgresql:///{database['NAME']}?host={database['HOST']}&user={database['USER']}",
    )
    factories.at(NOW)
    return factories.make_call(seats=1, reserve=1)


@pytest.fixture
def manager(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def decided(call, manager):
    for number, name in enumerate(("Papyrus", "Kestrel")):
        application = factories.make_application(call, name=name, eligible=True)
        (deciding.leave_out if number else deciding.pick)(application, by=manager, now=NOW)


def test_a_manager_publishes_and_other_carriers_hear_of_the_letters(client, call, manager, decided, settings):
    factories.sign_in(client, manager)
    settings.TESTING = False  # a worker's own way
    answer = client.post(reverse("selecting:letters", args=[call.pk]), follow=True)
    assert "2 letters are written." in answer.content.decode()
    heard = []
    with nudging.nudges_go_to(lambda: heard.append(True)):
        seen = client.get(reverse("selecting:release", args=[call.pk])).context["seen"]
        answer = client.post(reverse("selecting:release", args=[call.pk]), {"seen": seen}, follow=True)
    assert "Published. The letters are on their way." in answer.content.decode()
    assert Release.objects.get(call=call).released_by == manager
    assert Release.objects.get(call=call).released_at == NOW
    assert set(OutboxMessage.objects.values_list("status", flat=True)) == {"waiting"}
    assert heard


def test_a_refusal_is_said_in_the_words_of_the_release(call, manager, decided):
    with pytest.raises(NotAllowed, match="2 letters are not written yet") as refusal:
        publishing.in_a_process(call, by=manager, now=NOW)
    with pytest.raises(NotAllowed) as same:
        releasing.release(call, by=manager, now=NOW)
    assert str(refusal.value) == str(same.value)
    assert not Release.objects.exists()


def test_a_release_that_takes_too_long_publishes_nothing_and_says_what_to_do(call, manager, decided):
    letters.prepare_letters(call, by=manager, now=NOW)
    with pytest.raises(NotAllowed, match=r"Nothing was published.*publish again"):
        publishing.in_a_process(call, by=manager, now=NOW, seconds=0.2)
    assert not Release.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_a_process_that_died_after_its_work_is_taken_at_the_databases_word(
    call, manager, decided, monkeypatch
):
    letters.prepare_letters(call, by=manager, now=NOW)
    with transaction.atomic():
        releasing.release(call, by=manager, now=NOW)
    monkeypatch.setattr(publishing.sys, "executable", "/bin/false")  # no answer ever comes
    publishing.in_a_process(call, by=manager, now=NOW)
