"""A programme is made in the dashboard, by somebody who manages one."""

import factories
import pytest
from django.test import Client
from django.urls import reverse

from accelerator import history
from accelerator.models import Programme
from accelerator.programmes import making
from accelerator.transitions import NotAllowed
from applications.models import Call

pytestmark = pytest.mark.django_db
NEW = "programmes:new"
FILLED = {
    "name": "Residency by the Sea",
    "slug": "residency",
    "place": "Brest",
    "time_zone": "Europe/Paris",
    "language": "fr",
    "statement": "Dix semaines face à la mer.",
    "summary": "For teams that listen to it.",
    "contact": "Residency@Sea.example",
    "organisations": (
        "Ocean Lab, https://ocean-lab.example/, ocean-lab.example, lab.example\n\nHarbour Compute\nOcean lab"
    ),
}


@pytest.fixture
def person(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def manager(person, while_open):
    return factories.sign_in(Client(), person)


def make(manager, **fields):
    return manager.post(reverse(NEW), FILLED | fields, follow=True).content.decode()


def test_it_is_made_with_its_organisations_in_their_order_and_managed_by_its_maker(manager, person):
    said = make(manager)
    made = Programme.objects.get(slug="residency")
    assert (made.time_zone, made.language, made.contact) == ("Europe/Paris", "fr", "residency@sea.example")
    assert made.statement == {"fr": "Dix semaines face à la mer."}
    assert list(made.partners.values_list("slug", "name", "website", "domains", "is_lead")) == [
        ("ocean-lab", "Ocean Lab", "https://ocean-lab.example/", ["ocean-lab.example", "lab.example"], True),
        ("harbour-compute", "Harbour Compute", "", [], True),
        ("ocean-lab-2", "Ocean lab", "", [], True),
    ]
    assert Programme.objects.managed_by(person).filter(pk=made.pk).exists()
    assert history.of(made).filter(action="programme.made").get().actor == person
    assert "It has no call yet." in said
    assert f"{reverse('admin:applications_call_add')}?programme={made.pk}" in said


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"slug": "ai-startup-program"}, "Another programme has this address."),
        ({"time_zone": "Atlantis/Centre"}, "Atlantis/Centre"),
        ({"organisations": "Ocean Lab, its office"}, "“its office” is no site and no domain."),
        ({"contact": "nobody"}, "nobody"),
        ({"name": ""}, "This field is required."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_said_and_nothing_is_made(manager, fields, sentence):
    page = make(manager, **fields)
    assert sentence in page
    assert 'value="Brest"' in page  # what was typed is still there
    assert Programme.objects.count() == 1


def test_whoever_manages_nothing_makes_nothing(client, call, while_open):
    reviewer = factories.make_reviewer(call).user
    browser = factories.sign_in(client, reviewer)
    assert browser.get(reverse(NEW)).status_code == 404
    assert browser.post(reverse(NEW), FILLED).status_code == 404
    with pytest.raises(NotAllowed, match="by people who manage one"):
        making.make(**{**FILLED, "organisations": []}, by=factories.make_user(), now=factories.WHILE_OPEN)
    assert Programme.objects.count() == 1


def test_the_front_page_names_it_once_a_call_is_open(manager, call):
    make(manager)
    made = Programme.objects.get(slug="residency")
    statement = str(call.programme.statement)
    front = Client().get("/").content.decode()
    assert statement in front
    assert "Residency by the Sea" not in front
    first = factories.make_call(made, slug="first")
    Call.objects.filter(pk=first.pk).update(is_draft=True)
    factories.at(factories.WHILE_OPEN.replace(second=2))
    assert "Residency by the Sea" not in Client().get("/").content.decode()
    Call.objects.filter(pk=first.pk).update(is_draft=False)
    factories.at(factories.WHILE_OPEN.replace(second=4))
    assert "Residency by the Sea" in Client().get("/").content.decode()
