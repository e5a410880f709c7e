"""The list in which perks are planned."""

from django.contrib import admin

from accelerator.dashboard.lists import ProgrammeAdmin
from cohorts.perks.models import Perk


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
