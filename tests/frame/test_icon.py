"""Every tab bears Slipway's icon, and nothing in the browser's console complains that it is missing."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/styleguide/", "/nowhere/"])
def test_our_pages_name_the_icon(client, path):
    assert '<link rel="icon" href="/static/icon.svg"' in client.get(path).content.decode()


def test_the_dashboard_names_the_icon(cast, reviewing, signed_in):
    page = signed_in(cast.manager).get(reverse("admin:index")).content.decode()
    assert '<link rel="icon" href="/static/icon.svg" type="image/svg+xml"' in page


def test_a_browser_that_asks_for_an_ico_is_led_to_the_icon(client):
    response = client.get("/favicon.ico")
    assert (response.status_code, response.url) == (302, "/static/icon.svg")
    assert client.get(response.url)["Content-Type"] == "image/svg+xml"
    assert "public" in response["Cache-Control"]
    assert client.post("/favicon.ico").status_code == 405
