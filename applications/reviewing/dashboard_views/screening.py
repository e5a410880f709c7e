"""Screening: the list by verdict, and one application beside the checklist."""

from collections import Counter

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator import as_seen, countries, readings
from accelerator.dashboard.frame import attempt, dashboard, done, page, paged
from accelerator.models import Reading
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing import screening
from applications.reviewing.dashboard_views.content import asked_of_team, content_of, facts_of
from applications.reviewing.forms import ScreeningForm
from applications.reviewing.sight import Sight

Eligibility = Application.Eligibility


@dashboard("GET")
def screening_list(request, call_id):
    """The sealed applications with one verdict; first those that have none yet."""
    call = managed_call(request, call_id)
    wanted = request.GET.get("show")
    wanted = wanted if wanted in Eligibility.values else Eligibility.UNSCREENED
    sight = Sight(request.user, call)
    sealed = sight.submitted.sealed()
    counts = Counter(sealed.values_list("eligibility", flat=True))
    rows = (
        sealed.filter(eligibility=wanted)
        .order_by("startup__name", "pk")
        .values("public_id", "startup__name", "startup__one_line", "startup__country", "eligibility_reason")
    )
    views = [
        {
            "label": label,
            "url": f"?show={value}",
            "current": value == wanted,
            "count": counts[value],
        }
        for value, label in (
            (Eligibility.UNSCREENED, _("To screen")),
            (Eligibility.ELIGIBLE, _("Eligible")),
            (Eligibility.INELIGIBLE, _("Not eligible")),
        )
    ]
    shown = paged(request, rows)
    for row in shown:
        row["country"] = countries.name(row["startup__country"])
    return page(
        request,
        "applications/reviewing/screening",
        _("Screening"),
        call=call,
        views=views,
        rows=shown,
        screened=sum(counts.values()) - counts[Eligibility.UNSCREENED],
        whole=sum(counts.values()),
        sight=sight,
    )


@dashboard("GET", "POST")
def screen_application(request, call_id, public_id):
    """One application beside the checklist."""
    call = managed_call(request, call_id)
    application = get_object_or_404(
        Sight(request.user, call)
        .submitted.sealed()
        .select_related("startup", "call__programme", "screened_by", "decision"),
        public_id=public_id,
    )
    readings.note(request, Reading.What.APPLICATION, application)
    form = ScreeningForm(
        call, request.POST or None, initial=None if request.POST else _as_screened(application)
    )
    if request.method == "POST" and form.is_valid():
        try:
            screening.screen(
                application,
                eligible=form.cleaned_data["verdict"] == Eligibility.ELIGIBLE,
                checks=form.cleaned_data["checks"],
                reason=form.cleaned_data["reason"],
                seen=request.POST.get("seen", ""),
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error("reason", str(refusal))
        else:
            return _next_to_screen(request, call, application)
    sections, deck_url, submitted = content_of(application)
    seen = Sight(request.user, call).submitted
    sealed = seen.sealed().count()
    return page(
        request,
        "applications/reviewing/screen",
        str(application),
        call=call,
        application=application,
        facts=facts_of(application),
        sections=sections,
        deck_url=deck_url,
        submitted=submitted,
        form=form,
        **asked_of_team(application, request.now),
        seen=as_seen.version_of(application),
        can_undo=not screening.why_it_stands(application, request.user),
        screened=sealed - seen.awaiting_screening().count(),
        whole=sealed,
    )


@dashboard("POST")
def undo_verdict(request, call_id, public_id):
    """Take one's own latest verdict back, and see the application again as it was before."""
    call = managed_call(request, call_id)
    application = get_object_or_404(
        Sight(request.user, call).submitted.sealed().select_related("startup", "call__programme"),
        public_id=public_id,
    )
    return attempt(
        request,
        lambda: screening.take_back(
            application, seen=request.POST.get("seen", ""), by=request.user, now=request.now
        ),
        _("%(startup)s: your verdict is taken back.") % {"startup": application},
        "reviewing:screen_application",
        call.pk,
        application.public_id,
    )


def _as_screened(application: Application) -> dict:
    """The form's values at the latest verdict."""
    given = {"checks": application.eligibility_checks, "reason": application.eligibility_reason}
    return given | ({"verdict": application.eligibility} if application.screened_at else {})


def _next_to_screen(request, call: Call, application: Application):
    sentence = _("%(startup)s: %(verdict)s.") % {
        "startup": application,
        "verdict": application.get_eligibility_display(),
    }
    following = (
        Sight(request.user, call)
        .submitted.awaiting_screening()
        .order_by("startup__name", "pk")
        .values_list("public_id", flat=True)
        .first()
    )
    if following:
        return done(request, sentence, "reviewing:screen_application", call.pk, following)
    return done(request, sentence, "reviewing:screening", call.pk)
