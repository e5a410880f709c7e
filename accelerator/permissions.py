"""Who may do what, as sentences. The same predicate guards the view and hides the button."""

from accelerator.models import Programme, Role, Startup, User


def can_manage(user: User, programme: Programme) -> bool:
    return Role.objects.held_by(user, Role.Kind.MANAGER).filter(programme=programme).exists()


def can_edit_startup(user: User, startup: Startup) -> bool:
    return Startup.objects.of(user).filter(pk=startup.pk).exists()


def can_invite_co_founder(user: User, startup: Startup) -> bool:
    return can_edit_startup(user, startup)
