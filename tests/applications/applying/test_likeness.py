"""Two co-founders, two applications of one startup: they are asked, nobody is named, managers see a hint."""

import factories
import pytest
from django.urls import reverse

from accelerator import history
from accelerator.models import OutboxMessage, Startup
from accelerator.transitions import NotAllowed
from applications.applying import likeness, team
from applications.models import Application

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Papyrus", "papyrus", True),
        ("Papyrus", "Papyrus SAS", True),
        ("Papyrus", "Papyrus.", True),
        ("Marée Basse", "Maree-Basse", True),
        ("Papyrus", "Papyruss", True),
        ("Papyrus", "Papaya", False),
        ("Kestrel", "Papyrus", False),
        ("Meta", "Beta", False),
        ("Nova", "Novo", False),
        ("SAS", "SA", False),
        ("…", "…", False),
    ],
)
def test_names_are_compared_as_people_would(one, other, expected):
    assert likeness.names_alike(one, other) is expected
    assert likeness.names_alike(other, one) is expected


@pytest.mark.parametrize(
    ("website", "host"),
    [
        ("https://www.papyrus.example/en", "papyrus.example"),
        ("papyrus.example", "papyrus.example"),
        ("https://github.com/papyrus", ""),
        ("https://papyrus.github.io", ""),
        ("https://[broken", ""),
        ("no address", ""),
        ("", ""),
    ],
)
def test_a_host_counts_only_where_it_is_one_startups_own(website, host):
    assert likeness.host_of(website) == host


@pytest.fixture
def begun(call, while_open):
    application = factories.make_application(call, factories.make_user("Lena Aubry"))
    Startup.objects.filter(pk=application.startup_id).update(website="https://papyrus.example")
    return application


@pytest.fixture
def start(call):
    return reverse("applying:start_application", args=[call.programme.slug, call.slug])


def test_who_starts_what_a_co_founder_has_begun_is_asked_and_nobody_is_named(begun, start, signed_in):
    client = signed_in(factories.make_user("Tomas Riha"))
    page = client.post(start, {"name": "Papyrus SAS"})
    assert "Another application of this call looks like this one" in page.content.decode()
    assert "Lena Aubry" not in page.content.decode()
    assert Application.objects.count() == 1

    client.post(start, {"name": "Papyrus SAS", "act": "join"})
    client.post(start, {"name": "Papyrus SAS", "act": "join"})  # asking twice says nothing anew
    mail = OutboxMessage.objects.get(kind="applications.join_asked")
    assert mail.recipient.name == "Lena Aubry"
    assert client.user.email in mail.text
    assert [entry.action for entry in history.of(begun)] == ["application.join_asked"]
    assert Application.objects.count() == 1


def test_who_says_that_it_is_another_startup_starts(begun, start, signed_in):
    client = signed_in(factories.make_user())
    client.post(start, {"name": "Papyrus", "act": "another"})
    assert Application.objects.filter(startup__name="Papyrus").count() == 2
    assert not OutboxMessage.objects.exists()


def test_ones_own_application_is_no_other(begun, start, signed_in):
    answer = signed_in(begun.started_by).post(start, {"name": "Papyrus"})
    assert answer.url == begun.get_absolute_url()


def test_the_check_page_asks_about_the_same_website(begun, call, signed_in):
    other = factories.make_application(call, name="Kestrel")
    client, check = signed_in(other.started_by), f"{other.get_absolute_url()}submit/"
    assert "names the same website" not in client.get(check).content.decode()
    Startup.objects.filter(pk=other.startup_id).update(website="http://www.papyrus.example/")
    assert "names the same website" in client.get(check).content.decode()
    client.post(reverse("applying:ask_to_join", args=[other.public_id]))
    assert OutboxMessage.objects.get(kind="applications.join_asked").recipient == begun.started_by


def test_nobody_asks_team_after_team(call, while_open):
    asking = factories.make_user()
    teams = [factories.make_application(call, name=f"Startup {n}") for n in range(6)]
    team.ask_to_join(teams[:5], by=asking, now=while_open)
    with pytest.raises(NotAllowed, match="several teams today"):
        team.ask_to_join(teams[5:], by=asking, now=while_open)


def test_managers_see_a_hint_on_the_page_of_an_application(cast, reviewing, signed_in):
    page = reverse("reviewing:panel_application", args=[cast.call.pk, cast.application.public_id])
    client = signed_in(cast.manager)
    assert "may be the same startup" not in client.get(page).content.decode()
    Startup.objects.filter(pk=cast.rival_application.startup_id).update(name="Papyruss")
    assert "may be the same startup" in client.get(page).content.decode()
