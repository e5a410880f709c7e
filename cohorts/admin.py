"""The lists of the six months: events and perks are planned here, members come in by accepting their offer."""

from django.contrib import admin

from accelerator.dashboard.lists import ProgrammeAdmin
from cohorts.admission.models import Cohort, Membership
from cohorts.events.models import Event
from cohorts.perks.models import Perk


@admin.register(Cohort)
class CohortAdmin(ProgrammeAdmin):
    programme_path = "call__programme"
    is_read_only = True
    list_display = ["call", "starts_on", "ends_on"]
    fields = ["call", "starts_on", "ends_on"]


@admin.register(Membership)
class MembershipAdmin(ProgrammeAdmin):
    programme_path = "cohort__call__programme"
    is_read_only = True
    list_display = ["startup", "cohort", "joined_at"]
    fields = ["startup", "cohort", "topics", "joined_at"]
    list_filter = ["cohort"]
    search_fields = ["startup__name"]

    def get_list_select_related(self, request):
        return ["startup", "cohort__call"]


@admin.register(Event)
class EventAdmin(ProgrammeAdmin):
    programme_path = "call__programme"
    list_display = ["title", "kind", "starts_at", "place"]
    list_filter = ["kind", "call"]
    fields = ["call", "kind", "partner", "title", "about", "place", ("starts_at", "minutes")]
    long_texts = ("about",)
    may_delete = True
    times_are_the_programmes = True


@admin.register(Perk)
class PerkAdmin(ProgrammeAdmin):
    programme_path = "call__programme"
    list_display = ["name", "partner", "amount", "call"]
    list_filter = ["call", "partner"]
    fields = ["call", "partner", "key", "name", "about", "amount", "position"]
    long_texts = ("about",)

    def has_delete_permission(self, request, obj=None):
        """While nobody has been granted it."""
        return super().has_add_permission(request) and obj is not None and not obj.grants.exists()
