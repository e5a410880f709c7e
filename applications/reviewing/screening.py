"""Screening: the verdict whether an application is eligible, apart from its merit, before anybody scores it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accelerator import as_seen, history
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying.answering_back import ANSWERED
from applications.applying.models import Application
from applications.calls import findings_version
from applications.reviewing.conflicts import must_have_none
from applications.reviewing.models import Assignment
from applications.reviewing.sight import must_leave_to_others

SCREENED = "application.screened"
UNDONE = "application.verdict_undone"
VERDICT = ("eligibility", "eligibility_reason", "eligibility_checks")


@transaction.atomic
def screen(
    application: Application,
    *,
    eligible: bool,
    checks: Collection[str] = (),
    reason: str = "",
    seen: str | None = None,
    by: User,
    now: datetime,
) -> None:
    """Give the verdict whether an application may be reviewed. `checks` are the keys of the checklist that hold.

    A verdict can be changed, on record, until the application is decided on. Raises NotAllowed without a needed
    reason, and SomebodyWasFirst when the application was screened since it was loaded, or since `seen`, the version of
    it that a page showed.
    """
    if not application.is_submitted or not application.is_sealed:
        raise NotAllowed(_("Only sealed applications are screened: the call is still running for this one."))
    must_have_none(by, application)
    if not eligible:
        must_leave_to_others(application.call, by)
    if hasattr(application, "decision"):
        must_leave_to_others(application.call, by)  # whether it is decided on is not theirs to learn
        raise NotAllowed(
            _("%(startup)s has been decided on, so its eligibility stands.") % {"startup": application}
        )
    reason = reason.strip()
    unticked = set(application.call.eligibility_checks.values_list("key", flat=True)) - set(checks)
    if not eligible and not reason:
        raise NotAllowed(_("Please say why it is not eligible; the founders will read it."))
    if eligible and unticked and not reason:
        raise NotAllowed(_("Some checks are not ticked. Please say why it is eligible nevertheless."))

    findings_version.changed(application.call)
    if seen is not None:
        as_seen.must_be(application, seen, by=by, actions=[SCREENED, UNDONE, ANSWERED])
    verdict = Application.Eligibility.ELIGIBLE if eligible else Application.Eligibility.INELIGIBLE
    as_loaded = {"eligibility": application.eligibility, "screened_at": application.screened_at}
    fields = {
        "eligibility": verdict,
        "eligibility_reason": reason,
        "eligibility_checks": sorted(checks),
        "screened_by": by,
        "screened_at": now,
    }
    if not Application.objects.filter(pk=application.pk, **as_loaded).update(**fields):
        raise SomebodyWasFirst(_("Somebody else has just screened this one. Reload the page to see how."))
    if not eligible:
        Assignment.objects.filter(application=application).awaiting_review().update(withdrawn_at=now)
    given = fields | {"eligibility": str(verdict)}
    changes = {
        name: (getattr(application, name), given[name])
        for name in VERDICT
        if getattr(application, name) != given[name]
    }
    before = application.screened_by_id, application.screened_at
    history.record(
        SCREENED,
        application,
        by=by,
        programme=application.call.programme,
        now=now,
        reason=reason,
        changes=changes,
        verdict=verdict,
        checks=sorted(checks),
        before=before,
    )
    for name, value in fields.items():
        setattr(application, name, value)


# --- Taking a verdict back ----------------------------------------------------------------------------
def why_it_stands(application: Application, by: User) -> str:
    """Why this person cannot take the latest verdict back, as a sentence; "" while they can."""
    at = application.screened_at
    if at is None or application.screened_by_id != by.pk:
        return _("Only who gave a verdict can take it back.")
    if hasattr(application, "decision"):
        return _("%(startup)s has been decided on, so its eligibility stands.") % {"startup": application}
    assigned = Assignment.objects.standing().filter(application=application, assigned_at__gte=at)
    if assigned.exists():
        return _("%(startup)s has been given to reviewers since.") % {"startup": application}
    return ""


@transaction.atomic
def take_back(application: Application, *, seen: str | None = None, by: User, now: datetime) -> None:
    """Undo one's own latest verdict: the one before stands again, and whom it took the application from has it again.

    Raises NotAllowed once something rests on the verdict, SomebodyWasFirst where another was given since `seen`.
    """
    must_have_none(by, application)
    findings_version.changed(application.call)
    if seen is not None:
        as_seen.must_be(application, seen, by=by, actions=[SCREENED, UNDONE])
    current = Application.objects.select_for_update(no_key=True, of=("self",)).get(pk=application.pk)
    if reason := why_it_stands(current, by):
        raise NotAllowed(reason)
    entry = history.of(current).filter(action=SCREENED).first()
    stood = {name: both[0] for name, both in entry.changes.items() if name in VERDICT} if entry else {}
    who, at = (entry.details.get("before") if entry else None) or (None, None)
    withdrawn = Assignment.objects.filter(application=current, withdrawn_at=current.screened_at)
    again = Assignment.objects.filter(application=current, withdrawn_at=None)
    withdrawn.filter(conflict_found_at=None).exclude(reviewer__in=again.values("reviewer")).update(
        withdrawn_at=None
    )
    fields = {
        **stood,
        "screened_by_id": who,
        "screened_at": parse_datetime(at) if at else None,
    }
    changes = {name: (getattr(current, name), value) for name, value in stood.items()}
    Application.objects.filter(pk=current.pk).update(**fields)
    history.record(UNDONE, current, by=by, programme=current.call.programme, now=now, changes=changes)
