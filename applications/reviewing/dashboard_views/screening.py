"""Screening: the list by verdict, and one application beside the checklist."""

from collections import Counter

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import as_seen, countries, readings
from accelerator.dashboard.frame import attempt, dashboard, done, page, paged
from accelerator.models import Reading
from accelerator.transitions import NotAllowed
from applications.applying.models import Application, Submission
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing import screening, screening_rules
from applications.reviewing.dashboard_views.content import asked_of_team, content_of, facts_of
from applications.reviewing.forms import ScreeningForm, ScreeningRuleForm
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
    proposed = _proposed(call, [row["public_id"] for row in shown])
    for row in shown:
        row["country"] = countries.name(row["startup__country"])
        row["proposed"] = proposed.get(row["public_id"])
    return page(
        request,
        "applications/reviewing/screening",
        _("Screening"),
        call=call,
        views=views,
        rows=shown,
        has_rules=bool(proposed),
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
    version = application.submissions.order_by("-number").first()
    found = screening_rules.findings(call.screening_rules.all(), version.content) if version else []
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
        findings=found,
        proposed=screening_rules.all_hold(found),
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
    """The next in the list; what was left for later comes up again after the last one, from the list."""
    sentence = _("%(startup)s: %(verdict)s.") % {
        "startup": application,
        "verdict": application.get_eligibility_display(),
    }
    if following := _following(request, call, application):
        return done(request, sentence, "reviewing:screen_application", call.pk, following)
    _say_what_is_left(request, call)
    return done(request, sentence, "reviewing:screening", call.pk)


def _following(request, call: Call, application: Application) -> str | None:
    waiting = Sight(request.user, call).submitted.awaiting_screening()
    name = application.startup.name
    later = Q(startup__name__gt=name) | Q(startup__name=name, pk__gt=application.pk)
    return waiting.filter(later).order_by("startup__name", "pk").values_list("public_id", flat=True).first()


def _say_what_is_left(request, call: Call) -> None:
    count = Sight(request.user, call).submitted.awaiting_screening().count()
    if count:
        messages.info(
            request,
            ngettext(
                "That was the last in the list. %(n)d is left undecided: take a second look.",
                "That was the last in the list. %(n)d are left undecided: take a second look.",
                count,
            )
            % {"n": count},
        )


@dashboard("GET")
def leave_for_later(request, call_id, public_id):
    """Go on to the next one without a verdict."""
    call = managed_call(request, call_id)
    known = Sight(request.user, call).submitted.sealed().select_related("startup")
    application = get_object_or_404(known, public_id=public_id)
    if following := _following(request, call, application):
        return redirect("reviewing:screen_application", call.pk, following)
    _say_what_is_left(request, call)
    return redirect("reviewing:screening", call.pk)


@dashboard("GET", "POST")
def rules(request, call_id):
    """What a call asks of answers, each of which proposes; and the form for another."""
    call = managed_call(request, call_id)
    asked = list(call.questions.order_by("section__position", "position"))
    form = ScreeningRuleForm(asked, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            screening_rules.add(call, **form.wanted(), by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error("values", str(refusal))
        else:
            return done(request, _("The rule proposes from now on."), "reviewing:screening_rules", call.pk)
    by_key = {question.key: question for question in asked}
    return page(
        request,
        "applications/reviewing/screening_rules",
        _("Rules of the screening"),
        call=call,
        form=form,
        rules=[
            (rule.pk, screening_rules.in_words(rule, by_key.get(rule.question)))
            for rule in call.screening_rules.all()
        ],
    )


@dashboard("POST")
def remove_rule(request, call_id, rule_id):
    call = managed_call(request, call_id)
    rule = get_object_or_404(call.screening_rules.select_related("call__programme"), pk=rule_id)
    return attempt(
        request,
        lambda: screening_rules.remove(rule, by=request.user, now=request.now),
        _("The rule is gone."),
        "reviewing:screening_rules",
        call.pk,
    )


def _proposed(call: Call, public_ids: list[str]) -> dict[str, bool | None]:
    """What the rules propose of each, in two queries for the page."""
    kept = list(call.screening_rules.all())
    if not kept:
        return {}
    latest = Submission.objects.filter(application__call=call, application__public_id__in=public_ids)
    versions = latest.order_by("application", "-number").distinct("application")
    return {
        public_id: screening_rules.all_hold(screening_rules.findings(kept, content))
        for public_id, content in versions.values_list("application__public_id", "content")
    }
