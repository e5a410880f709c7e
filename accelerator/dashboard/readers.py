"""What the reader of a dashboard page may see of it."""

from django.http import HttpRequest

from accelerator.memo import once_per_request
from accelerator.records.people import Role


@once_per_request
def kinds_of_role(request: HttpRequest) -> set[str]:
    """The kinds of role that the reader holds in any programme."""
    return set(Role.objects.held_by(request.user).values_list("kind", flat=True))


def holds(request: HttpRequest, kind: str) -> bool:
    """Whether the reader holds such a role in any programme."""
    return kind in kinds_of_role(request)


def manages_something(request: HttpRequest) -> bool:
    """Whether the reader manages any programme."""
    return holds(request, Role.Kind.MANAGER)
