"""The list in which events are planned."""

from django.contrib import admin
from django.utils import timezone

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

    def changeform_view(self, request, object_id=None, *args, **kwargs):
        """Times are the programme's, whoever edits them from wherever; hence rendered inside."""
        event = self.get_object(request, object_id) if object_id else None
        with timezone.override(event.call.zone if event else request.user.zone):
            response = super().changeform_view(request, object_id, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response
