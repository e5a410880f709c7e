"""What *My data* tells a member: its place in a cohort, and its goals."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import wording
from accelerator.models import User
from accelerator.privacy import rooms
from accelerator.privacy.classes import Keeping, kept_as
from accelerator.privacy.periods import later
from accelerator.privacy.rooms import Kept, OwnPart
from cohorts.models import Membership


@rooms.kept
def memberships(user: User, now: datetime) -> Iterator[Kept]:
    found = Membership.objects.of(user).select_related("startup", "cohort__call__programme")
    for membership in found.order_by("pk"):
        goals = membership.goals.count()
        end = later(membership.cohort.ends_at, membership.programme.members_kept_months)
        yield Kept(
            _("%(startup)s in %(cohort)s") % {"startup": membership.startup, "cohort": membership.cohort},
            ngettext("%(n)d goal", "%(n)d goals", goals) % {"n": goals},
            _("Until %(day)s.") % {"day": wording.day(end, membership.programme.zone, weekday=False)},
        )


@rooms.exported
def own_memberships(user: User, now: datetime) -> Iterator[OwnPart]:
    found = Membership.objects.of(user).select_related("startup", "cohort__call__programme").order_by("pk")
    for membership in found:
        yield OwnPart(
            f"members/{membership.public_id}.json",
            {
                "cohort": str(membership.cohort),
                "startup": membership.startup.name,
                "joined_at": membership.joined_at,
                "goals": list(membership.goals.values("text", "set_at", "reached_at", "dropped_at")),
            },
        )


kept_as(Keeping.MEMBER, "cohorts.Goal", "cohorts.Grant", "cohorts.Membership")
kept_as(Keeping.PROGRAMME, "cohorts.Cohort", "cohorts.Event", "cohorts.Perk")
