"""What an empty page of the dashboard costs: the frame is the floor of all its pages."""

import sys

import factories
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path

from accelerator.dashboard import frame
from accelerator.urls import urlpatterns as site_patterns

pytestmark = [pytest.mark.django_db, pytest.mark.urls(sys.modules[__name__])]


@frame.dashboard("GET")
def empty(request):
    return frame.page(request, "admin/page", "Empty")


urlpatterns = [path("admin/empty/", empty), *site_patterns]


@pytest.fixture
def manager(call):
    factories.make_call(call.programme, slug="another")
    return factories.sign_in(Client(), factories.make_manager(call.programme))


def test_an_empty_page_costs_five_queries_however_many_calls_somebody_manages(manager):
    """The clock, the session with its person, their roles, their calls and their cohorts."""
    manager.get("/admin/empty/")
    with CaptureQueriesContext(connection) as queries:
        response = manager.get("/admin/empty/")
    assert response.status_code == 200
    assert response.content.decode().count("/ranking/") == 1  # of the call in focus
    assert len(queries) == 5, [query["sql"] for query in queries]
