"""The dashboard's lists show a manager their programme and nothing else, and change nothing that has a status."""

import factories
import pytest
from django.contrib import admin
from django.urls import reverse
from factories_cohort import make_event
from unfold.admin import ModelAdmin

from accelerator.dashboard.lists import ProgrammeAdmin
from accelerator.models import HistoryEntry, Partner

pytestmark = pytest.mark.django_db
REGISTRY = list(admin.site._registry.items())
NAMES = [model._meta.label for model, _site in REGISTRY]


def changelist(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("model, site", REGISTRY, ids=NAMES)
def test_every_admin_has_the_one_base(model, site):
    assert isinstance(site, ProgrammeAdmin)


@pytest.mark.parametrize("model, site", REGISTRY, ids=NAMES)
def test_what_has_a_status_is_never_added_changed_or_deleted_here(model, site, rf, cast):
    if hasattr(model, "TRANSITIONS"):
        request = rf.get("/")
        request.user = cast.manager
        assert not site.has_add_permission(request)
        assert not site.has_change_permission(request)
        assert not site.has_delete_permission(request)


def test_the_lists_write_only_what_no_verb_writes():
    """What a verb changes is saved by that verb, or is not changed here."""
    stock = {
        model._meta.label
        for model, site in REGISTRY
        if type(site).save_model is ModelAdmin.save_model and not site.is_read_only and not site.has_workflow
    }
    assert (
        stock
        == {
            "accelerator.Benefit",
            "accelerator.FrequentQuestion",
            "accelerator.Partner",
            "accelerator.Topic",
            "applications.Call",  # its window and the day of the answers, once somebody waits, have pages of their own
            "cohorts.Event",
            "cohorts.Perk",
        }
    )


@pytest.mark.parametrize("model, site", REGISTRY, ids=NAMES)
def test_lists_are_for_managers_and_show_only_their_programmes(model, site, cast, signed_in, rf, reviewing):
    assert signed_in(cast.manager).get(changelist(model)).status_code == 200
    assert signed_in(cast.reviewer).get(changelist(model)).status_code == 403
    assert signed_in(cast.founder).get(changelist(model)).status_code == 302
    request = rf.get("/")
    request.user = cast.other_manager
    mine = {cast.other_manager, cast.other_manager.roles.get(), *_everything_of(cast.other_manager)}
    assert {str(row) for row in site.get_queryset(request)} <= {str(thing) for thing in mine}


def _everything_of(manager):
    programme = manager.roles.get().programme
    return [programme, *programme.partners.all(), *programme.topics.all()]


@pytest.mark.parametrize("model, site", REGISTRY, ids=NAMES)
def test_filters_reach_only_listed_fields(model, site, rf, cast):
    request = rf.get("/")
    request.user = cast.manager
    for lookup in ("programme__roles__user__email__startswith", "user__password__startswith", "pk__gte"):
        assert not site.lookup_allowed(lookup, "x", request)


@pytest.mark.parametrize("model, site", REGISTRY, ids=NAMES)
def test_a_filter_names_nothing_of_another_programme(model, site, cast, signed_in, reviewing):
    type(cast.call).objects.update(name="Edition in secret")
    Partner.objects.filter(programme=cast.call.programme).update(name="Partner in secret")
    cast.call.programme.__class__.objects.filter(pk=cast.call.programme.pk).update(name="Programme in secret")
    assert "in secret" not in signed_in(cast.other_manager).get(changelist(model)).text


def test_choices_are_those_of_ones_own_programme(cast, signed_in, reviewing):
    page = signed_in(cast.manager).get(reverse("admin:accelerator_partner_add"))
    assert "Other Programme" not in page.content.decode()


def test_a_change_is_written_to_the_history(cast, signed_in, reviewing):
    partner = Partner.objects.filter(programme=cast.call.programme).first()
    client = signed_in(cast.manager)
    url = reverse("admin:accelerator_partner_change", args=[partner.pk])
    fields = {
        "programme": partner.programme_id,
        "slug": partner.slug,
        "position": 0,
        "domains": "meta.com fb.com",
    }
    assert client.post(url, {**fields, "name": "Meta Paris", "gives": "Much time"}).status_code == 302
    partner.refresh_from_db()
    assert (partner.name, partner.gives) == ("Meta Paris", {"en": "Much time"})
    assert partner.domains == ["meta.com", "fb.com"]
    entry = HistoryEntry.objects.get(action="partner.changed")
    assert (entry.actor, entry.programme) == (cast.manager, cast.call.programme)
    assert entry.changes["name"] == ["Meta", "Meta Paris"]
    assert entry.changes["domains"][1] == ["meta.com", "fb.com"]
    assert "position" not in entry.changes
    page = client.get(reverse("admin:accelerator_partner_history", args=[partner.pk]))
    assert "Partner changed" in page.content.decode()


def test_anothers_partner_is_not_found(cast, signed_in, reviewing):
    partner = Partner.objects.filter(programme=cast.call.programme).first()
    url = reverse("admin:accelerator_partner_change", args=[partner.pk])
    assert signed_in(cast.other_manager).get(url).status_code == 302
    assert signed_in(cast.other_manager).post(url, {"name": "Mine"}).status_code == 302
    assert factories.Partner.objects.get(pk=partner.pk).name == partner.name


def test_a_text_in_several_languages_is_listed_as_it_reads(cast, signed_in):
    listed = signed_in(cast.manager).get(reverse("admin:applications_question_changelist")).text
    assert str(cast.call.questions.first()) in listed
    assert "{&quot;en&quot;" not in listed


def test_a_list_without_a_row_says_in_our_words_what_will_be_here(cast, signed_in, reviewing):
    manager, partners = signed_in(cast.manager), reverse("admin:accelerator_partner_changelist")
    nothing_found = manager.get(partners, {"q": "zzz"}).text
    assert "Nothing found." in nothing_found
    assert 'href="?"' in nothing_found
    assert (
        "No mentoring sessions yet."
        in manager.get(reverse("admin:mentoring_mentoringsession_changelist")).text
    )


def test_on_a_phone_a_value_bears_its_columns_name_as_the_head_has_it(cast, signed_in, reviewing):
    calls = signed_in(cast.manager).get(reverse("admin:applications_call_changelist")).text
    assert 'data-label="Seats"' in calls
    assert 'data-label="seats"' not in calls


def test_lists_tell_the_time_on_the_24_hour_clock(cast, signed_in, reviewing):
    make_event(cast.call)
    events = signed_in(cast.manager).get(reverse("admin:cohorts_event_changelist")).text
    assert "22 Jan 2024, 10:00" in events
