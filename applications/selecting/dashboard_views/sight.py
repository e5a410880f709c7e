"""What one manager may see of the numbers of a call."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse

from accelerator.models import Role
from accelerator.people import permissions
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.models import Assignment

if TYPE_CHECKING:  # with numpy; loaded with the first page that shows numbers
    from applications.selecting import findings


class About(NamedTuple):
    """What a line says of an application beside its figures."""

    public_id: str
    name: str
    outcome: str | None


class Sight:
    """What one manager may see of the numbers of a call that `managed_call` let them into: nothing of what they have
    a conflict with, and no figure of what they have still to score themselves as a reviewer."""

    def __init__(self, request, call: Call, found: findings.Findings):
        self.user, self.call, self.found = request.user, call, found
        self.may_review = permissions.holds(request, Role.Kind.REVIEWER)
        self._known: dict[int, About] = {}

    @property
    def applications(self):
        """Eligible ones without a conflict."""
        return Application.objects.filter(call=self.call).not_recused_by(self.user).eligible()

    @cached_property
    def recused(self) -> frozenset[int]:
        """The few that are kept from this person."""
        recused = Application.objects.filter(call=self.call).recused_by(self.user)
        return frozenset(recused.values_list("pk", flat=True))

    @cached_property
    def hidden(self) -> frozenset[int]:
        """Waiting for this person's own review."""
        if not self.may_review:
            return frozenset()
        own = Assignment.objects.of(self.user).awaiting_review().filter(application__call=self.call)
        return frozenset(own.values_list("application", flat=True))

    def about(self, applications: Iterable[int]) -> dict[int, About]:
        """What each is called and what was decided, of those that are visible; each is asked for once."""
        wanted = self.found.standing.keys() & set(applications) - self.recused
        if missing := wanted - self._known.keys():
            rows = Application.objects.filter(pk__in=missing).values_list(
                "pk", "public_id", "startup__name", "decision__outcome"
            )
            self._known |= {pk: About(*row) for pk, *row in rows}
        return {pk: self._known[pk] for pk in wanted}

    def names(self, applications: Iterable[int]) -> dict[int, dict]:
        """Name and address of those whose figures may be seen."""
        return {
            pk: {"name": one.name, "url": reverse("selecting:score", args=[self.call.pk, one.public_id])}
            for pk, one in self.about(set(applications) - self.hidden).items()
        }
