"""The rehearsal in the browser: jumps that arrive, that break off, and that nobody walks any more."""

import factories
import pytest
from django.core.management import call_command
from django.urls import reverse

from accelerator import clock
from rehearsal import season, tasks
from rehearsal.models import Rehearsal

BROKE_OFF = "The last jump broke off."


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The jumps that were handed to a worker."""
    given: list[str] = []
    monkeypatch.setattr(tasks.walk, "delay", given.append)
    return given


def jump(client, to: str = "sealed"):
    return client.post(reverse("rehearsal:rehearsal_jump"), {"to": to, "next": "/"})


def test_a_jump_that_breaks_off_says_so_and_can_be_taken_up(client, rehearsing, sent, monkeypatch):
    assert jump(client).url == reverse("rehearsal:rehearsal_walking")

    def stumble(self, since, until):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(season.RehearsedSeason, "acts", stumble)
        with pytest.raises(ZeroDivisionError):
            tasks.walk(sent[0])
    assert client.get(reverse("rehearsal:rehearsal_walking")).url == "/"
    assert BROKE_OFF in client.get("/").text
    assert jump(client).url == reverse("rehearsal:rehearsal_walking")
    monkeypatch.setattr(season.RehearsedSeason, "acts", lambda self, since, until: [])
    tasks.walk(sent[1])
    assert clock.now() > rehearsing.window.closes_at
    assert BROKE_OFF not in client.get("/").text


def test_a_jump_that_ended_with_the_servers_holds_nobody_up_after_the_next_start(client, rehearsing, sent):
    jump(client)
    factories.at(factories.AFTER_CLOSE)
    call_command("open_rehearsal")
    assert BROKE_OFF in client.get("/").text
    assert Rehearsal.objects.get().walking_to is None
    before = clock.now()
    assert clock.now() > before  # time goes on
    assert jump(client, "selection").url == reverse("rehearsal:rehearsal_walking")
    assert len(sent) == 2


def test_nobody_is_chosen_before_somebody_is(client, rehearsing):
    answer = client.post(reverse("rehearsal:rehearsal_sign_in"), {"persona": "chosen", "stop": "book"})
    assert answer.status_code == 409
    assert "nobody like that yet" in answer.text
