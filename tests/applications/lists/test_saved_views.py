"""Views of the list under a name, one's own or shared."""

import factories
import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accelerator.privacy import closing
from applications.lists import account_closing
from applications.models import SavedView
from applications.reviewing import conflicts

pytestmark = pytest.mark.django_db
QUERY = "?q=country:FR&columns=people&columns=country&order=-startup&page=1"


def listed(cast, query="") -> str:
    return reverse("lists:applications", args=[cast.call.pk]) + query


def save(client, cast, name, query=QUERY, **data):
    return client.post(reverse("lists:save_view", args=[cast.call.pk]) + query, {"name": name, **data})


def offered(client, cast) -> dict[str, str]:
    return {one["name"]: one["url"] for one in client.get(listed(cast)).context["listing"].saved_views}


@pytest.fixture
def manager(cast, reviewing, signed_in):
    return signed_in(cast.manager)


@pytest.fixture
def odile(cast, manager):
    """Another manager of the call, in a browser of her own."""
    from django.test import Client

    return factories.sign_in(Client(), factories.make_manager(cast.call.programme, "Odile Ferrand"))


def test_a_view_brings_back_search_order_and_columns(cast, manager):
    response = save(manager, cast, " French  ones ")
    assert response.url == listed(cast, "?q=country%3AFR&order=-startup&columns=people&columns=country")
    page = manager.get(offered(manager, cast)["French ones"])
    assert [line.cells[0].text for line in page.context["lines"]] == ["Papyrus", "Kestrel"]
    assert [head.label for head in page.context["heads"]] == ["Startup", "Country", "Team"]


def test_ones_own_view_is_seen_by_nobody_else_and_a_shared_one_by_the_managers(cast, manager, odile):
    save(manager, cast, "Mine")
    save(manager, cast, "Ours", is_shared="on")
    assert set(offered(manager, cast)) == {"Mine", "Ours"}
    assert set(offered(odile, cast)) == {"Ours"}
    assert "by Inès Moreau" in odile.get(listed(cast)).text


def test_a_shared_view_shows_everybody_what_they_may_see(cast, manager, odile):
    save(manager, cast, "Ours", is_shared="on")
    conflicts.recuse(
        cast.application, who=odile.user, reason="Cousin", by=odile.user, now=factories.REVIEWING
    )
    page = odile.get(offered(odile, cast)["Ours"])
    assert [line.cells[0].text for line in page.context["lines"]] == ["Kestrel"]


def test_the_same_name_again_writes_ones_own_view_over(cast, manager, odile):
    save(manager, cast, "French", is_shared="on")
    save(odile, cast, "french", "?q=country:DE")
    save(manager, cast, "FRENCH", "?q=country:NO")
    assert dict(SavedView.objects.values_list("person__name", "query")) == {
        "Inès Moreau": "q=country%3ANO",
        "Odile Ferrand": "q=country%3ADE",
    }


def test_a_view_is_deleted_by_whoever_saved_it(cast, manager, odile):
    save(manager, cast, "Ours", is_shared="on")
    save(manager, cast, "Mine")
    ours, mine = (SavedView.objects.get(name=name) for name in ("Ours", "Mine"))
    delete = lambda client, view: client.post(  # noqa: E731
        reverse("lists:delete_view", args=[cast.call.pk, view.pk])
    )
    said = [str(one) for one in get_messages(delete(odile, ours).wsgi_request)]
    assert said == ["A view is deleted by whoever saved it."]
    assert delete(odile, mine).status_code == 404
    assert delete(manager, ours).status_code == 302
    assert set(SavedView.objects.all()) == {mine}


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_view_has_a_name(cast, manager, name):
    response = save(manager, cast, name)
    assert [str(one) for one in get_messages(response.wsgi_request)] == [
        "A view has a name of 1 to 60 letters."
    ]
    assert not SavedView.objects.exists()


def test_somebody_has_fifty_views_at_most(cast, manager):
    SavedView.objects.bulk_create(
        SavedView(call=cast.call, person=cast.manager, name=str(number)) for number in range(50)
    )
    save(manager, cast, "One more")
    assert not SavedView.objects.filter(name="One more").exists()


def test_saved_views_go_with_the_account(cast, manager):
    save(manager, cast, "Lena Aubry", is_shared="on")
    assert account_closing.saved_views in closing.emptied
    list(account_closing.saved_views(cast.manager, factories.REVIEWING))
    assert not SavedView.objects.exists()
