"""Who may see what of a call inside the dashboard: the one object that is asked, when one reads, counts, plans and sends.

Three rules. Whoever applied to a call sees nothing of it: they get no `Sight`, because no page lets them in. Nobody sees
anything of an application with which they have a conflict of interest, nor what could be told from it: figures, places
and counts are those of the other applications alone, and until the release nothing of the outcome shows but what one
decided oneself. And nobody sees scores, be it as a reviewer or as a manager, of an application that they are asked to
review and have not reviewed yet: `Assignment.objects.owed_by` says which these are, and `Review.objects.visible_to`
holds the same rule for a query.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple, Protocol

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying.conflict_rows import Conflict, managers_without_conflict
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.models import Assignment, Review, Reviewer

OUTCOMES = (  # what a history says of an outcome
    "application.decided",
    "application.decision_confirmed",
    "application.decision_proposed",
    "application.decision_taken_back",
    "application.decision_undone",
    "application.letter_edit_undone",
    "application.letter_edited",
    "application.moved_in_reserve",
    "call.letters_prepared",
    "call.release_proposed",
    "proposal.refused",
    "proposal.withdrawn",
)


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

    `found` are the call's findings without what is `unseen`, needed for `about` and `names` alone.
    """

    def __init__(self, user: User, call: Call, found: Ranked | None = None):
        self.user, self.call, self.found = user, call, found
        self._known: dict[int, About] = {}

    @property
    def all(self):
        """Every application without a conflict, drafts included."""
        return Application.objects.filter(call=self.call).not_in_conflict_with(self.user)

    @property
    def submitted(self):
        """Submitted applications without a conflict."""
        return self.all.submitted()

    @property
    def applications(self):
        """Eligible applications without a conflict."""
        return self.all.eligible()

    @cached_property
    def barred(self) -> frozenset[int]:
        """Applications with a conflict: nothing of them is shown, and nothing that rests on them."""
        barred = Application.objects.filter(call=self.call).in_conflict_with(self.user)
        return frozenset(barred.values_list("pk", flat=True))

    @cached_property
    def hidden(self) -> frozenset[int]:
        """Applications that wait for this person's own review: none of their scores is shown."""
        owed = Assignment.objects.owed_by(self.user).filter(application__call=self.call)
        return frozenset(owed.values_list("application", flat=True))

    @property
    def unseen(self) -> frozenset[int]:
        """Those without which every figure is worked out for this person."""
        return self.barred | self.hidden

    @property
    def is_veiled(self) -> bool:
        """Whether seats, reserve, letters and others' decisions are kept from this person: until the release, from
        whoever has a conflict with an application of the call."""
        return bool(self.barred) and not self.call.is_released

    @cached_property
    def leaves_deciding(self) -> bool:
        """Whether this person decides nothing, because somebody without a conflict can."""
        return self.is_veiled and managers_without_conflict(self.call).exists()

    @cached_property
    def proposes(self) -> bool:
        """Whether what this person decides waits until somebody without a conflict confirms it."""
        return self.is_veiled and free_to_confirm(self.call).exists()

    def reviews_of(self, application: Application):
        """The finished reviews of one application that may be shown."""
        if application.pk in self.unseen:
            return Review.objects.none()
        return Review.objects.counted().filter(assignment__application=application)

    @property
    def decided(self) -> Q:
        """Which decisions, as a condition on them, may be shown."""
        mine = ~Q(application__in=self.barred)
        return mine & Q(decided_by=self.user) if self.is_veiled else mine

    def outcome(self, application: Application) -> str | None:
        """What was decided of one application, where that may be shown."""
        decision = getattr(application, "decision", None)
        if decision is None or (self.is_veiled and decision.decided_by_id != self.user.pk):
            return None
        return decision.outcome

    def told(self, entries):
        """Of entries of a history those that may be shown."""
        if not self.is_veiled:
            return entries
        return entries.exclude(Q(action__in=OUTCOMES) & ~Q(actor=self.user))

    def about(self, applications: Iterable[int]) -> dict[int, About]:
        """What each is called and what was decided, of those that may be seen; each is queried once."""
        standing = self.found.standing.keys() if self.found else frozenset[int]()
        wanted = (standing | self.hidden) & set(applications) - self.barred
        if missing := wanted - self._known.keys():
            rows = Application.objects.filter(pk__in=missing).values_list(
                "pk", "public_id", "startup__name", "decision__outcome", "decision__decided_by"
            )
            for pk, public_id, name, outcome, by in rows:
                shown = None if self.is_veiled and by != self.user.pk else outcome
                self._known[pk] = About(public_id, name, shown)
        return {pk: self._known[pk] for pk in wanted}

    def names(self, applications: Iterable[int]) -> dict[int, dict]:
        """Name and address of those whose scores may be seen."""
        return {
            pk: {"name": one.name, "url": reverse("selecting:score", args=[self.call.pk, one.public_id])}
            for pk, one in self.about(set(applications) - self.hidden).items()
        }


def free_to_confirm(call: Call):
    """Who may confirm what somebody with a conflict proposes: the managers of a call without one, and its chairs, who are
    reviewers of it without one."""
    pairs = Conflict.objects.filter(application__call=call).values("user")
    chairs = Reviewer.objects.active_for(call).filter(is_chair=True).exclude(user__in=pairs)
    return User.objects.filter(
        Q(pk__in=managers_without_conflict(call).values("pk")) | Q(pk__in=chairs.values("user"))
    )


def closed_to_reviewers(call: Call) -> frozenset[str]:
    """Keys of the questions whose answers the managers alone read. On a page on which one reviews they are closed to
    everybody, managers included: marks rest on what all reviewers could read."""
    return frozenset(question.key for question in call.listed_questions if question.is_for_managers)


def must_leave_to_others(call: Call, by: User) -> None:
    """Raise NotAllowed where somebody has a conflict with an application that is still in the running: what they decide
    on its rivals, they decide on it as well."""
    if Sight(by, call).leaves_deciding:
        raise NotAllowed(
            _(
                "You have a conflict of interest in this call. Until its decisions are published, managers without one "
                "decide, write the letters and publish."
            )
        )
