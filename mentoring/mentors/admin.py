"""The list of mentors to look up; they write their own profiles."""

from django.contrib import admin

from accelerator.dashboard.lists import ProgrammeAdmin
from mentoring.mentors.models import Mentor


@admin.register(Mentor)
class MentorAdmin(ProgrammeAdmin):
    is_read_only = True
    list_display = ["user", "partner", "headline", "programme"]
    list_filter = ["programme", "partner"]
    search_fields = ["user__name", "headline"]
