"""A manager's pages of one call while it is read: applications, screening, assignment, progress."""

from collections import Counter

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import countries, history
from accelerator.dashboard.frame import attempt, dashboard, done, page, paged
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing import reviewing, screening, standings
from applications.reviewing.dashboard_views.reading import as_read, facts_of, side_by_side
from applications.reviewing.forms import HandOnForm, ReasonForm, ScreeningForm
from applications.reviewing.models import Assignment, Review, Reviewer
from applications.selecting.models import Decision

Eligibility = Application.Eligibility


def _of_call(request, call: Call):
    """What this manager may read of a call that `managed_call` let them into: submitted, no conflict."""
    return Application.objects.filter(call=call).not_recused_by(request.user).submitted()


# --- All applications -----------------------------------------------------------------------------------
@dashboard("GET")
def call_applications(request, call_id):
    """Everything submitted, with search and the state of each."""
    call = managed_call(request, call_id)
    found = _of_call(request, call)
    if words := request.GET.get("q", "").strip():
        found = found.filter(Q(startup__name__icontains=words) | Q(startup__one_line__icontains=words))
    if (eligibility := request.GET.get("eligibility")) in Eligibility.values:
        found = found.filter(eligibility=eligibility)
    rows = found.order_by("startup__name", "pk").values(
        "pk",
        "public_id",
        "startup__name",
        "startup__one_line",
        "startup__country",
        "submitted_at",
        "eligibility",
        "decision__outcome",
    )
    counts = Application.objects.filter(call=call).aggregate(
        drafts=Count("pk", filter=Q(status=Application.Status.DRAFT)),
        withdrawn=Count("pk", filter=Q(status=Application.Status.WITHDRAWN)),
    )
    shown = paged(request, rows)
    reviews = _finished_reviews([row["pk"] for row in shown])
    for row in shown:
        row["url"] = reverse("reviewing:panel_application", args=[call.pk, row["public_id"]])
        row["country"] = countries.name(row["startup__country"])
        row["reviews"] = reviews.get(row["pk"], 0)
        row["verdict"] = Eligibility(row["eligibility"])
        row["verdict_pill"] = "good" if row["verdict"] == Eligibility.ELIGIBLE else ""
        row["outcome"] = Decision.Outcome(row["decision__outcome"]) if row["decision__outcome"] else None
    return page(
        request,
        "applications/reviewing/applications",
        _("Applications"),
        call=call,
        rows=shown,
        words=words,
        eligibility=eligibility,
        eligibilities=Eligibility,
        counts=counts,
    )


def _finished_reviews(applications: list[int]) -> dict[int, int]:
    """How many readings of each are done. For one page only: for all, it would cost more than the page."""
    done = Assignment.objects.filter(
        application__in=applications, withdrawn_at__isnull=True, review__status=Review.Status.SUBMITTED
    )
    return dict(done.values_list("application").annotate(Count("pk")))


@dashboard("GET")
def panel_application(request, call_id, public_id):
    """Everything about one application: answers, files, versions, reviews side by side, history."""
    call = managed_call(request, call_id)
    application = get_object_or_404(
        _of_call(request, call).select_related("startup", "call__programme", "decision__seat", "offer"),
        public_id=public_id,
    )
    sections, deck_url, submitted = as_read(application)
    readers = Assignment.objects.filter(application=application).select_related(
        "reviewer__user", "reviewer__partner", "review"
    )
    return page(
        request,
        "applications/reviewing/application",
        str(application),
        call=call,
        application=application,
        one_line=application.startup.one_line,
        facts=facts_of(application),
        sections=sections,
        deck_url=deck_url,
        submitted=submitted,
        versions=application.submissions.order_by("-number").defer("content").select_related("submitted_by"),
        criteria=list(call.criteria.all()),
        reviews=side_by_side(
            Review.objects.visible_to(request.user).counted().filter(assignment__application=application)
        ),
        is_own_pending=Assignment.objects.of(request.user)
        .awaiting_review()
        .filter(application=application)
        .exists(),
        readers=[_reader(one) for one in readers.order_by("assigned_at", "pk")],
        recusals=application.recusals.select_related("user", "declared_by"),
        entries=history.told(history.of(application)[:50], call.zone),
        reviewers=reviewing.active_reviewers(call).select_related("user").order_by("user__name"),
    )


def _reader(assignment: Assignment) -> dict:
    review = getattr(assignment, "review", None)
    return {
        "public_id": assignment.public_id,
        "name": assignment.reviewer,
        "organisation": assignment.reviewer.partner or "",
        "assigned_at": assignment.assigned_at,
        "is_withdrawn": assignment.withdrawn_at is not None,
        "is_in": review is not None and review.is_submitted,
        "is_begun": review is not None,
    }


@dashboard("POST")
def pin_conflict(request, call_id, public_id):
    """A manager keeps a reviewer, or themself, away from an application."""
    call = managed_call(request, call_id)
    application = get_object_or_404(_of_call(request, call), public_id=public_id)
    form = ReasonForm(request.POST)
    form.full_clean()
    if request.POST.get("who") == "me":
        who = request.user
    else:
        who = get_object_or_404(call.reviewers.select_related("user"), pk=request.POST.get("who") or 0).user
    return attempt(
        request,
        lambda: reviewing.recuse(
            application, who=who, reason=form.cleaned_data.get("reason", ""), by=request.user, now=request.now
        ),
        _("%(person)s is kept away from %(startup)s.") % {"person": who, "startup": application},
        *(
            ["reviewing:call_applications", call.pk]
            if who == request.user
            else ["reviewing:panel_application", call.pk, public_id]
        ),
    )


# --- Screening ------------------------------------------------------------------------------------------
@dashboard("GET")
def screening_list(request, call_id):
    call = managed_call(request, call_id)
    wanted = request.GET.get("show")
    wanted = wanted if wanted in Eligibility.values else Eligibility.UNSCREENED
    sealed = _of_call(request, call).sealed()
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
    )


@dashboard("GET", "POST")
def screen_application(request, call_id, public_id):
    """One application beside the checklist."""
    call = managed_call(request, call_id)
    application = get_object_or_404(
        _of_call(request, call)
        .sealed()
        .select_related("startup", "call__programme", "screened_by", "decision"),
        public_id=public_id,
    )
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
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error("reason", str(refusal))
        else:
            return _next_to_screen(request, call, application)
    sections, deck_url, submitted = as_read(application)
    waiting = _of_call(request, call).awaiting_screening().count()
    sealed = _of_call(request, call).sealed().count()
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
        screened=sealed - waiting,
        whole=sealed,
    )


def _as_screened(application: Application) -> dict:
    given = {"checks": sorted(screening.ticked(application)), "reason": application.eligibility_reason}
    return given | ({"verdict": application.eligibility} if application.screened_at else {})


def _next_to_screen(request, call: Call, application: Application):
    sentence = _("%(startup)s: %(verdict)s.") % {
        "startup": application,
        "verdict": application.get_eligibility_display(),
    }
    following = (
        _of_call(request, call)
        .awaiting_screening()
        .order_by("startup__name", "pk")
        .values_list("public_id", flat=True)
        .first()
    )
    if following:
        return done(request, sentence, "reviewing:screen_application", call.pk, following)
    return done(request, sentence, "reviewing:screening", call.pk)


# --- Assignment -----------------------------------------------------------------------------------------
@dashboard("GET", "POST")
def assignment(request, call_id):
    """The plan of readings before it is applied: who would read how much, and what cannot be had."""
    call = managed_call(request, call_id)
    seed = int(seed) if (seed := request.POST.get("seed") or request.GET.get("seed", "0")).isdigit() else 0
    anew = bool(request.POST.get("anew") or request.GET.get("anew"))
    if request.method == "POST":
        return attempt(
            request,
            lambda: reviewing.assign(
                call,
                fingerprint=request.POST.get("plan"),
                seed=seed,
                anew=anew,
                by=request.user,
                now=request.now,
            ),
            lambda proposal: (
                ngettext(
                    "%(count)s reading is assigned, and its reader is told.",
                    "%(count)s readings are assigned, and their readers are told.",
                    len(proposal.new),
                )
                % {"count": len(proposal.new)}
            ),
            "reviewing:assignment",
            call.pk,
        )
    proposal = reviewing.propose(call, seed=seed, anew=anew)
    plan = proposal.plan
    kept = Counter(reviewer for _application, reviewer in plan.kept)
    people = reviewing.active_reviewers(call).order_by("partner__position", "user__name")
    loads = [
        {
            "name": name,
            "organisation": organisation or "",
            "cap": cap,
            "kept": kept[pk],
            "load": plan.loads.get(pk, 0),
        }
        for pk, name, organisation, cap in people.values_list("pk", "user__name", "partner__name", "capacity")
    ]
    live = Assignment.objects.live().filter(application__call=call).count()
    named = {
        "application": dict(Application.objects.filter(call=call).values_list("pk", "startup__name")),
        "reviewer": dict(Reviewer.objects.filter(call=call).values_list("pk", "user__name")),
    }
    return page(
        request,
        "applications/reviewing/assignment",
        _("Assignment"),
        call=call,
        proposal=proposal,
        seed=seed,
        loads=loads,
        most=max((one["load"] for one in loads), default=0),
        unmet=_unmet_in_words(plan.unmet, named),
        comparability=proposal.comparability,
        cross_readings=_cross_readings(proposal.cross_readings, named),
        eligible=Application.objects.filter(call=call).eligible().count(),
        unscreened=Application.objects.filter(call=call).awaiting_screening().count(),
        live=live,
        anew=anew,
        is_applied=not proposal.new and not proposal.withdrawn,
    )


def _cross_readings(pairs, named: dict[str, dict]) -> list[dict]:
    """The further readings that would join the reviewers best; none where they are joined well enough."""
    return [
        {"startup": named["application"][application], "reviewer": named["reviewer"][reviewer]}
        for application, reviewer in pairs
    ]


def _unmet_in_words(unmet, named: dict[str, dict]) -> list[dict]:
    """The planner's sentences, translated, with names for numbers; of many of a kind the first few, then the rest."""
    sentences: dict[str, list[str]] = {}
    for wish in unmet:
        values = {
            key: named[key].get(value, value) if key in named else value for key, value in wish.values.items()
        }
        sentence = _(wish.text)
        for key in named:
            sentence = sentence.replace(f"%({key})d", f"%({key})s")
        sentences.setdefault(wish.kind, []).append(sentence % values)
    return [
        {"first": said, "rest": []} if len(said) <= 5 else {"first": said[:3], "rest": said[3:]}
        for said in sentences.values()
    ]


# --- Progress -------------------------------------------------------------------------------------------
@dashboard("GET")
def progress(request, call_id):
    """How far each reviewer has come, those who fall behind first."""
    call = managed_call(request, call_id)
    people = standings.progress(call)
    share = standings.share_of_time(call, request.now)
    return page(
        request,
        "applications/reviewing/progress",
        _("Progress"),
        call=call,
        people=[(one, one.is_behind(share)) for one in people],
        finished=sum(one.finished for one in people),
        asked=sum(one.asked for one in people),
        behind=sum(one.is_behind(share) for one in people),
        share=round(100 * share),
    )


@dashboard("GET")
def reviewer_progress(request, call_id, reviewer_id):
    """One reviewer's readings, and a way to hand on what they cannot do."""
    call = managed_call(request, call_id)
    reviewer = get_object_or_404(
        Reviewer.objects.select_related("user", "partner"), call=call, pk=reviewer_id
    )
    rows = (
        Assignment.objects.live()
        .filter(reviewer=reviewer, application__in=_of_call(request, call).values("pk"))
        .order_by("review__submitted_at", "assigned_at")
        .values(
            "public_id",
            "application__public_id",
            "application__startup__name",
            "assigned_at",
            "review__status",
            "review__submitted_at",
        )
    )
    return page(
        request,
        "applications/reviewing/reviewer",
        str(reviewer),
        call=call,
        reviewer=reviewer,
        rows=[row | {"is_in": row["review__status"] == Review.Status.SUBMITTED} for row in rows],
    )


@dashboard("GET", "POST")
def hand_on(request, public_id):
    """Give an unfinished reading to somebody else."""
    reading = get_object_or_404(
        Assignment.objects.live()
        .filter(application__in=Application.objects.managed_by(request.user).values("pk"))
        .select_related("application__startup", "application__call__programme", "reviewer__user"),
        public_id=public_id,
    )
    application, call = reading.application, reading.application.call
    candidates = reviewing.possible_readers(application)
    form = HandOnForm(candidates, request.POST or None)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        try:
            reviewing.hand_on(
                reading, to, reason=form.cleaned_data["reason"], by=request.user, now=request.now
            )
        except NotAllowed as refusal:
            form.add_error("to", str(refusal))
        else:
            sentence = _("%(startup)s is now with %(reviewer)s.") % {"startup": application, "reviewer": to}
            return done(request, sentence, "reviewing:reviewer_progress", call.pk, reading.reviewer_id)
    return page(
        request,
        "applications/reviewing/hand_on",
        _("Hand on %(startup)s") % {"startup": application},
        call=call,
        reading=reading,
        form=form,
        candidates=candidates,
    )
