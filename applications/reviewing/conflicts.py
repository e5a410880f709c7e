"""Conflicts of interest: which reviewer must not see which application.

What else it brings about that a conflict is found after somebody was asked, higher packages add in their own
`departures.py`:

    @conflicts.arisen
    def comment_leaves_the_letter(assignment, now): …
"""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import Partner, TeamMember, User
from accelerator.registry import Registry
from accelerator.transitions import NotAllowed
from applications.applying.conflict_rows import Conflict
from applications.applying.models import Application, Recusal
from applications.calls import findings_version
from applications.calls.models import Call
from applications.reviewing.models import Assignment, Reviewer

arisen = Registry()


def is_within(domain: str, of: str) -> bool:
    """Whether a mail domain is another or a subdomain of it, as the view of conflicts says it (`conflict_rows`)."""
    return f".{domain.lower()}".endswith(f".{of.lower().strip(' @.')}") and bool(of.strip(" @."))


def partners_of_founders(call: Call) -> dict[int, set[int]]:
    """The partners from whose mail domains, or subdomains, founders write, by the id of their application."""
    of_domain: dict[str, set[int]] = defaultdict(set)
    partners = Partner.objects.filter(Q(programme=call.programme_id) | Q(reviewers__call=call)).distinct()
    for partner, domains in partners.values_list("pk", "domains"):
        for domain in domains or ():
            of_domain[domain].add(partner)
    close: dict[int, set[int]] = defaultdict(set)
    partners_at: dict[str, set[int]] = {}  # many founders write from one domain
    founders = TeamMember.objects.filter(startup__applications__call=call, left_at__isnull=True)
    for application, email in founders.values_list("startup__applications", "user__email"):
        home = email.rpartition("@")[2]
        if home not in partners_at:
            close_to_it = [of_it for domain, of_it in of_domain.items() if is_within(home, domain)]
            partners_at[home] = set().union(*close_to_it)
        if partners_at[home]:
            close[application] |= partners_at[home]
    return dict(close)


def conflicts(call: Call) -> set[tuple[int, int]]:
    """Pairs (application, reviewer) that must not meet. Whoever applied to the call is no active reviewer of it."""
    by_user = dict(Reviewer.objects.active_for(call).values_list("user", "pk"))
    pairs = Conflict.objects.filter(application__call=call, user__in=by_user)
    return {(application, by_user[user]) for application, user in pairs.values_list("application", "user")}


def must_have_none(user: User, *applications: Application) -> None:
    """Raise NotAllowed where this person must keep away from one of these applications of a call."""
    call = applications[0].call
    pairs = Conflict.objects.filter(user=user, application__in=[one.pk for one in applications])
    if pairs.exists() or call.applicants.filter(user=user).exists():
        raise NotAllowed(_("You have a conflict of interest here, so this is for somebody else to do."))


@transaction.atomic
def settle(assignment: Assignment, *, now: datetime) -> None:
    """Take away what somebody was asked to review and has a conflict with by now: a founder joined from their partner, or
    they joined a team. Their review is kept, marked, and counts for nothing; the plan of assignments finds another."""
    call = assignment.application.call
    findings_version.changed(call)
    if call.is_released or not _set_aside(assignment, now):
        return
    history.record(
        "application.conflict_found",
        assignment.application,
        by=None,
        programme=call.programme,
        now=now,
        person=assignment.reviewer.user_id,
    )


def settle_all(call: Call, *, now: datetime) -> None:
    """The same for whatever the tick has not come to yet."""
    found = Assignment.objects.in_conflict().filter(application__call=call)
    for assignment in found.select_related("application__call__programme", "reviewer").order_by("pk"):
        settle(assignment, now=now)


def _set_aside(assignment: Assignment, now: datetime) -> bool:
    mine = Assignment.objects.filter(pk=assignment.pk, withdrawn_at__isnull=True)
    if not mine.update(withdrawn_at=now, conflict_found_at=now):
        return False
    for hook in arisen:
        hook(assignment, now)
    return True


@transaction.atomic
def recuse(application: Application, *, who: User, reason: str, by: User, now: datetime) -> Recusal:
    """Record a conflict of interest: this person sees neither file nor scores, and their review does not count.

    Declared by themselves, best before the file opens, or recorded by a manager. Raises NotAllowed without a reason.
    """
    if not reason.strip():
        raise NotAllowed(_("Please say in a few words what the conflict is."))
    findings_version.changed(application.call)
    recusal, new = Recusal.objects.get_or_create(
        application=application,
        user=who,
        defaults={"reason": reason.strip(), "declared_by": by, "declared_at": now},
    )
    if new:
        standing = Assignment.objects.standing().filter(application=application, reviewer__user=who)
        for assignment in standing.select_related("application__call", "reviewer"):
            _set_aside(assignment, now)
        history.record(
            "application.conflict_declared",
            application,
            by=by,
            programme=application.call.programme,
            now=now,
            person=who.pk,
        )
    return recusal
