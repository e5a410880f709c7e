"""Whom managers can write to once a cohort is there: its members."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accelerator.groups import audiences
from accelerator.groups.audiences import Addressee
from accelerator.messages import outbox
from accelerator.models import TeamMember, User
from applications.models import Call
from cohorts.admission.models import Cohort, Membership


def _members(by: User, cohort: Cohort, only: User | None) -> Iterator[Addressee]:
    """Everybody in the teams of the members, without those with which the writer had a conflict."""
    memberships = Membership.objects.managed_by(by).filter(cohort=cohort).select_related("startup")
    by_startup = {membership.startup_id: membership for membership in memberships}
    people = TeamMember.objects.filter(left_at=None, startup__in=list(by_startup)).select_related("user")
    for member in (people if only is None else people.filter(user=only)).order_by("startup__name", "pk"):
        membership = by_startup[member.startup_id]
        link = outbox.absolute(membership.get_absolute_url())
        yield Addressee(member.user, membership, {"startup": membership.startup.name, "link": link})


audiences.declare(
    "cohorts.members",
    _("Members"),
    because=_("your startup is a member"),
    places=lambda user: Cohort.objects.filter(call__in=Call.objects.managed_by(user)).select_related(
        "call__programme"
    ),
    people=_members,
    placeholders={
        "startup": _("the name of the startup"),
        "link": _("the address of their page"),
    },
    read_by=lambda user: Membership.objects.filter(
        startup__in=TeamMember.objects.filter(user=user, left_at=None).values("startup")
    ).values("cohort"),
)
