"""The mail to those who have become members."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accelerator.messages import kinds, outbox

kinds.name_kinds("cohorts", welcome=_("Welcome to the cohort"))


def welcome(membership, *, now: datetime) -> None:
    """To the whole team: they are in, and what to do first."""
    for member in membership.startup.team:
        outbox.enqueue(
            "cohorts.welcome",
            key=f"welcome:{membership.pk}:u{member.user_id}",
            to=member.user,
            context={
                "membership": membership,
                "cohort": membership.cohort,
                "grants": list(membership.grants.select_related("perk", "perk__partner")),
                "url": outbox.absolute(membership.get_absolute_url()),
            },
            programme=membership.programme,
            about=membership,
            now=now,
        )
