"""The organisations of a programme on pages of their own: added, changed, moved, taken out."""

import factories
import pytest
from django.urls import reverse
from page_forms import Form

from accelerator.models import HistoryEntry, Partner
from accelerator.programmes import organisations

pytestmark = pytest.mark.django_db
WISH = {
    "name": "Ocean Lab",
    "website": "ocean-lab.example",
    "gives": "Ten GPUs",
    "domains": "Ocean-Lab.example, lab.example",
    "is_lead": "on",
}


@pytest.fixture
def programme(call, while_open):
    return call.programme


@pytest.fixture
def manager(programme, signed_in):
    return signed_in(factories.make_manager(programme))


def page_of(programme, route: str = "organisations", *more) -> str:
    return reverse(f"programmes:{route}", args=[programme.slug, *more])


def names(programme) -> list[str]:
    return list(programme.partners.order_by("position").values_list("name", flat=True))


def test_one_is_added_behind_the_others(manager, programme):
    assert manager.post(page_of(programme, "add_organisation"), WISH).status_code == 302
    made = programme.partners.get(slug="ocean-lab")
    assert (made.website, made.gives, made.is_lead) == ("https://ocean-lab.example", {"en": "Ten GPUs"}, True)
    assert made.domains == ["ocean-lab.example", "lab.example"]
    assert names(programme)[-1] == "Ocean Lab"
    assert HistoryEntry.objects.filter(action="partner.added").exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"domains": "its office"}, "is no domain"),
        ({"website": "javascript:alert(1)"}, "javascript"),
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 121}, "120"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(manager, programme, fields, sentence):
    answer = manager.post(page_of(programme, "add_organisation"), WISH | fields)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert "Ten GPUs" in answer.text
    assert not programme.partners.filter(slug="ocean-lab").exists()


def test_a_programme_has_not_more_than_its_most(manager, programme, monkeypatch):
    monkeypatch.setattr(organisations, "MOST", 3)
    assert "At most 3" in manager.post(page_of(programme, "add_organisation"), WISH).text


def test_a_change_is_on_record_and_a_stale_page_is_refused(manager, programme):
    partner = programme.partners.first()
    page = page_of(programme, "organisation", partner.pk)
    seen = Form(manager.get(page).text, "seen").values["seen"]
    assert manager.post(page, WISH | {"seen": seen}).status_code == 302
    assert HistoryEntry.objects.get(action="partner.changed").changes["name"] == ["Meta", "Ocean Lab"]
    answer = manager.post(page, WISH | {"name": "Another", "seen": seen})
    assert answer.status_code == 200
    assert "Look at it again" in answer.text
    assert 'value="Another"' in answer.text
    partner.refresh_from_db()
    assert partner.name == "Ocean Lab"


def test_they_are_moved_and_an_order_that_is_gone_is_refused(manager, programme):
    page = manager.get(page_of(programme)).text
    seen = organisations.shown_as(programme.partners.order_by("position"))
    assert seen in page
    last = programme.partners.order_by("position").last()
    wish = {"to": "up", "seen": seen}
    manager.post(page_of(programme, "move_organisation", last.pk), wish)
    assert names(programme) == ["Meta", "Scaleway", "Hugging Face"]
    answer = manager.post(page_of(programme, "move_organisation", last.pk), wish, follow=True)
    assert "has been changed meanwhile" in answer.text
    assert names(programme) == ["Meta", "Scaleway", "Hugging Face"]


def test_one_to_which_people_belong_stays(manager, programme, call):
    factories.make_reviewer(call, "Ada Stern", "meta")
    meta, scaleway = programme.partners.get(slug="meta"), programme.partners.get(slug="scaleway")
    answer = manager.post(page_of(programme, "remove_organisation", meta.pk), follow=True)
    assert "belong to Meta, so it stays" in answer.text
    assert manager.post(page_of(programme, "remove_organisation", scaleway.pk)).status_code == 302
    assert names(programme) == ["Meta", "Hugging Face"]
    assert HistoryEntry.objects.get(action="partner.deleted").name == "Scaleway"


def test_one_of_another_programme_is_not_found(manager, programme):
    other = factories.make_programme("other", name="Other Programme").partners.first()
    assert manager.get(page_of(programme, "organisation", other.pk)).status_code == 404
    assert manager.post(page_of(programme, "remove_organisation", other.pk)).status_code == 404
    assert Partner.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_the_same_however_many_there_are(manager, programme, django_assert_num_queries, count):
    for number in range(count):
        Partner.objects.create(programme=programme, slug=f"o{number}", name=f"O {number}", position=number)
    manager.get(page_of(programme))
    with django_assert_num_queries(7):
        assert manager.get(page_of(programme)).status_code == 200
