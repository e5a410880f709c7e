"""Whoever opens the dashboard's lists and forms reads words: no text by language as it is stored, no list in brackets."""

import re
from html import unescape

import factories
import factories_cohort
import pytest
from django.conf import settings
from django.contrib import admin
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from accelerator.models import Partner
from applications.models import Call

pytestmark = pytest.mark.django_db
REGISTRY = list(admin.site._registry.items())
NAMES = [model._meta.label for model, _site in REGISTRY]
AS_STORED = re.compile(r"""\{\s*['"](?:en|fr|value|0)['"]|\[\s*["'{]""")


@pytest.fixture
def manager(db):
    """Runs a programme as its file describes it, with people in every room."""
    factories.at(factories.REVIEWING)
    call_command("load_programme", settings.BASE_DIR / "programmes/ai-startup-program.toml", verbosity=0)
    call = Call.objects.get()
    manager = factories.make_cast(call).manager
    member, mentor = factories_cohort.make_membership(call), factories_cohort.make_mentor(call)
    factories_cohort.make_session(mentor, member)
    return manager


def read(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    shown = response.content.decode()
    return unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", shown, flags=re.S))


def as_stored(text: str) -> list[str]:
    return [text[found.start() - 30 : found.end() + 60] for found in AS_STORED.finditer(text)]


@pytest.mark.parametrize("model, site", REGISTRY, ids=NAMES)
def test_lists_and_pages_show_words(model, site, manager, signed_in, rf):
    client = signed_in(manager)
    request = rf.get("/")
    request.user = manager
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    rows = site.get_queryset(request)
    assert rows, "nothing to look at"
    pages = [reverse(f"{name}_changelist"), *(reverse(f"{name}_change", args=[row.pk]) for row in rows[:20])]
    if site.has_add_permission(request):
        pages.append(reverse(f"{name}_add"))
    assert not [found for page in pages for found in as_stored(read(client, page))]


def test_a_list_speaks_the_readers_language(manager, rf, signed_in):
    Partner.objects.filter(slug="hec").update(gives={"en": "Rooms", "fr": "Des salles"})
    assert Partner.objects.filter(gives={"en": "Rooms", "fr": "Des salles"}).exists()
    url = reverse("admin:accelerator_partner_changelist")
    assert "Rooms" in read(signed_in(manager), url)
    request = rf.get(url)
    request.user = manager
    site = admin.site.get_model_admin(Partner)
    with translation.override("fr"):
        *_others, column, _is_lead = site.get_list_display(request)
        assert str(column(Partner.objects.get(slug="hec"))) == "Des salles"


def test_a_list_sorts_by_its_words(manager, signed_in):
    text = read(signed_in(manager), reverse("admin:accelerator_topic_changelist") + "?o=1")
    labels = [str(topic) for topic in manager.roles.get().programme.topics.all()]
    assert sorted(labels, key=text.rindex) == sorted(labels)
