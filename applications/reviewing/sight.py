"""Who may see what of an application and its reviews inside the dashboard: the one place that decides it.

Two rules. Nobody sees anything of an application with which they have a conflict of interest. And nobody sees scores,
be it as a reviewer or as a manager, of an application that they are asked to review and have not reviewed yet:
`Assignment.objects.owed_by` says which these are, and `Review.objects.visible_to` holds the same rule for a query.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple, Protocol

from django.urls import reverse

from accelerator.dashboard.readers import holds
from accelerator.models import Role
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.models import Assignment, Review


class Ranked(Protocol):
    """The findings of a call, as far as this module needs them."""

    @property
    def standing(self) -> Mapping[int, object]:
        """A line of the ranking by the application's id."""


class About(NamedTuple):
    """What a line says of an application beside its figures."""

    public_id: str
    name: str
    outcome: str | None


class Sight:
    """What one manager may see of a call that `managed_call` let them into.

    `found` are the call's findings, needed for `about` and `names` alone.
    """

    def __init__(self, request, call: Call, found: Ranked | None = None):
        self.user, self.call, self.found = request.user, call, found
        self.may_review = holds(request, Role.Kind.REVIEWER)
        self._known: dict[int, About] = {}

    @property
    def submitted(self):
        """Submitted applications without a conflict."""
        return Application.objects.filter(call=self.call).not_recused_by(self.user).submitted()

    @property
    def applications(self):
        """Eligible applications without a conflict."""
        return Application.objects.filter(call=self.call).not_recused_by(self.user).eligible()

    @cached_property
    def recused(self) -> frozenset[int]:
        """Applications with a conflict: nothing of them is shown."""
        recused = Application.objects.filter(call=self.call).recused_by(self.user)
        return frozenset(recused.values_list("pk", flat=True))

    @cached_property
    def hidden(self) -> frozenset[int]:
        """Applications that wait for this person's own review: none of their scores is shown."""
        if not self.may_review:
            return frozenset()
        owed = Assignment.objects.owed_by(self.user).filter(application__call=self.call)
        return frozenset(owed.values_list("application", flat=True))

    def reviews_of(self, application: Application):
        """The finished reviews of one application that may be shown."""
        if application.pk in self.hidden | self.recused:
            return Review.objects.none()
        return Review.objects.counted().filter(assignment__application=application)

    def about(self, applications: Iterable[int]) -> dict[int, About]:
        """What each is called and what was decided, of those that may be seen; each is queried once."""
        standing = self.found.standing.keys() if self.found else frozenset[int]()
        wanted = standing & set(applications) - self.recused
        if missing := wanted - self._known.keys():
            rows = Application.objects.filter(pk__in=missing).values_list(
                "pk", "public_id", "startup__name", "decision__outcome"
            )
            self._known |= {pk: About(*row) for pk, *row in rows}
        return {pk: self._known[pk] for pk in wanted}

    def names(self, applications: Iterable[int]) -> dict[int, dict]:
        """Name and address of those whose scores may be seen."""
        return {
            pk: {"name": one.name, "url": reverse("selecting:score", args=[self.call.pk, one.public_id])}
            for pk, one in self.about(set(applications) - self.hidden).items()
        }
