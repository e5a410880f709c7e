"""The list in which events are planned."""

from django.contrib import admin

from accelerator.dashboard.lists import ProgrammeAdmin
from cohorts.events.models import Event


@admin.register(Event)
class EventAdmin(ProgrammeAdmin):
    programme_path = "call__programme"
    list_display = ["title", "kind", "starts_at", "place"]
    list_filter = ["kind", "call"]
    fields = ["call", "kind", "partner", "title", "about", "place", ("starts_at", "minutes")]
    long_texts = ("about",)
    may_delete = True
    times_are_the_programmes = True
