"""Who holds which role, to look up."""

from django.contrib import admin

from accelerator.dashboard.lists import OfManagedProgrammes, ProgrammeAdmin
from accelerator.records.people import Role, User
from accelerator.records.programmes import Programme


@admin.register(Role)
class RoleAdmin(ProgrammeAdmin):
    """Who holds which role; roles are given by invitation."""

    is_read_only = True
    list_display = ["user", "kind", "partner", "programme", "granted_at", "ended_at"]
    list_filter = ["kind", "partner", "programme"]
    search_fields = ["user__name", "user__email"]


@admin.register(User)
class PersonAdmin(ProgrammeAdmin):
    """People who hold a role in one of the reader's programmes; they edit their own details themselves."""

    is_read_only = True
    list_display = ["name", "email", "title", "time_zone"]
    search_fields = ["name", "email"]
    ordering = ["name"]
    fields = ["name", "email", "title", "time_zone", "joined_at"]

    def get_queryset(self, request):
        managed = Programme.objects.managed_by(request.user)
        roles = Role.objects.live().filter(programme__in=managed)
        return super(OfManagedProgrammes, self).get_queryset(request).filter(pk__in=roles.values("user"))

    def programme_of(self, obj):
        return None
