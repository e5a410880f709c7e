"""Before the release nobody learns what was decided: with other outcomes every page of everybody else is the same."""

import re

import factories
import pytest
from access_states import PERSONAS, STATES, build
from django.core.exceptions import ObjectDoesNotExist
from django.urls import NoReverseMatch, reverse
from standing_casts import answered, standing, undone
from test_access_cells import ROUTES_OF_OURS

from applications.applying import receipt_keys
from applications.models import Decision, Letter
from applications.reviewing.sight import Sight

pytestmark = pytest.mark.django_db
DECIDE = {"manager", "reviewing_manager"}  # those who may know: managers without a conflict
CHANGING = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken[^,}]+|nonce[-="]+[\w+/=-]+|request_id[^<"]+'
)
MOST_CURIOUS = ["founder", "rival_founder", "reviewer", "recused_manager", "applying_manager"]
WHO = [persona for persona in PERSONAS if persona not in DECIDE]


@pytest.fixture(scope="module")
def season(django_db_setup, django_db_blocker, tmp_path_factory):
    with standing(lambda: build("decided"), WHO, tmp_path_factory.mktemp("files"), django_db_blocker) as made:
        receipt_keys.published()  # makes the key that signs
        made.before = read(made, WHO)
        yield made


def read(season, who: list[str]) -> dict[tuple[str, str], str]:
    """All that these can open, without what differs from request to request."""
    pages = {}
    for route in ROUTES_OF_OURS:
        with undone():
            try:
                arguments = route.arguments(season.cast)
                path = reverse(route.name, args=arguments)
            except (ObjectDoesNotExist, AttributeError, NoReverseMatch):
                continue  # there is nothing of that kind yet
            for persona in who:
                answer, text = answered(season.clients[persona], "GET", path, {})
                said = f"{answer.status_code} {answer.get('Location', '')} {answer.get('ETag', '')}\n{text}"
                said = CHANGING.sub("", said).replace(path, "here")
                # What the table made for this route has another name each time, also in the addresses of its acts.
                for name in re.split(r"[~ ]", " ".join(map(str, arguments))):
                    said = said.replace(name, "it") if len(name) > 9 else said
                pages[persona, route.name] = said
    return pages


def swap(cast) -> None:
    """Who was chosen is in reserve, who was in reserve is chosen, letters with them."""
    chosen, reserve = cast.application.decision, cast.rival_application.decision
    seat = chosen.seat
    Decision.objects.filter(pk=chosen.pk).update(outcome="not_selected", seat=None)
    Decision.objects.filter(pk=reserve.pk).update(outcome="selected", seat=seat, reserve_position=None)
    Decision.objects.filter(pk=chosen.pk).update(outcome="reserve", reserve_position=1)
    for application, kind in ((cast.application, "reserve"), (cast.rival_application, "offer")):
        Letter.objects.filter(application=application).update(
            kind=kind, subject="Other", text="Another letter"
        )


def undecide(cast) -> None:
    Decision.objects.filter(call=cast.call).delete()
    Letter.objects.filter(application__call=cast.call).delete()


@pytest.mark.parametrize(("otherwise", "who"), [(swap, WHO), (undecide, MOST_CURIOUS)])
def test_with_another_outcome_every_page_is_the_same_before_the_release(season, settings, otherwise, who):
    settings.STORAGES = season.storages
    factories.at(STATES["decided"])
    assert len(season.before) > 1500
    with undone():
        otherwise(season.cast)
        after = read(season, who)
    assert [page for page, text in after.items() if season.before[page] != text] == []


def test_a_veil_that_is_lifted_shows(season, settings, monkeypatch):
    settings.STORAGES = season.storages
    factories.at(STATES["decided"])
    monkeypatch.setattr(Sight, "is_veiled", property(lambda sight: False))
    before = read(season, ["recused_manager"])
    with undone():
        swap(season.cast)
        after = read(season, ["recused_manager"])
    assert [page for page, text in before.items() if after[page] != text]
