"""Screening: the verdict whether an application is eligible, apart from its merit, before anybody scores it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import as_seen, history
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying.models import Application
from applications.calls import findings_version
from applications.reviewing.conflicts import must_have_none
from applications.reviewing.models import Assignment
from applications.reviewing.sight import must_leave_to_others

SCREENED = "application.screened"


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
        as_seen.must_be(application, seen, by=by, actions=[SCREENED])
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
    screened = Application.Eligibility(application.eligibility)
    changes = {"eligibility": (screened, verdict)} if screened != verdict else None
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
    )
    for name, value in fields.items():
        setattr(application, name, value)
