"""The list of sessions to look up; they change by booking and logging."""

from django.contrib import admin

from accelerator.dashboard.lists import ProgrammeAdmin
from mentoring.sessions.models import MentoringSession


@admin.register(MentoringSession)
class MentoringSessionAdmin(ProgrammeAdmin):
    programme_path = "mentor__programme"
    is_read_only = True
    list_display = ["mentor", "membership", "starts_at", "status"]
    list_filter = ["status"]
    search_fields = ["mentor__user__name", "membership__startup__name"]
    fields = [
        "mentor",
        "membership",
        "status",
        "starts_at",
        "ends_at",
        "topic",
        "was_booked",
        "cancel_reason",
    ]

    def get_list_select_related(self, request):
        return ["mentor__user", "membership__startup"]
