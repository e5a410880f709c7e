"""The lists of cohorts and members, who come in by accepting their offer."""

from django.contrib import admin

from accelerator.dashboard.lists import ProgrammeAdmin
from cohorts.admission.models import Cohort, Membership


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
