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

    def get_readonly_fields(self, request, obj=None):
        """What stands in people's calendars is changed on the event's own page, which tells them."""
        return ["starts_at", "minutes", "place"] if _is_known(obj) else []

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not _is_known(obj)


def _is_known(event: Event | None) -> bool:
    """From the first member on."""
    return event is not None and hasattr(event.call, "cohort")
