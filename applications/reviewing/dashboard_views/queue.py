"""A reviewer's own pages: the queue, the conflict of interest, the scoring page."""

from itertools import pairwise

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import readings, wording
from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.memo import once_per_request
from accelerator.models import Reading
from accelerator.policies.asking import after_undertaking
from accelerator.transitions import NotAllowed, WrongValue
from applications.reviewing import conflicts, others_seen, reviews
from applications.reviewing.dashboard_views.content import content_of, facts_of, side_by_side
from applications.reviewing.forms import ConflictForm, ReviewForm
from applications.reviewing.models import Assignment, Review
from applications.reviewing.sight import closed_to_reviewers


@once_per_request
def queue_of(request) -> list[dict]:
    """What this reviewer is asked to review, call by call, the unfinished first. Queried once per request."""
    rows = (
        Assignment.objects.of(request.user)
        .of_eligible()
        .with_total_given()
        .with_asked_once_more()
        .order_by("application__call__reviews_due_on", "review__submitted_at", "assigned_at", "pk")
        .values(
            "lacks_a_mark",
            "public_id",
            "application__call",
            "application__call__name",
            "application__call__reviews_due_on",
            "application__call__release",
            "application__startup__name",
            "application__startup__one_line",
            "review__status",
            "total_given",
        )
    )
    calls: dict[int, dict] = {}
    for row in rows:
        call = calls.setdefault(
            row["application__call"],
            {
                "pk": row["application__call"],
                "name": row["application__call__name"],
                "due_on": row["application__call__reviews_due_on"],
                "is_over": row["application__call__release"] is not None,
                "to_read": [],
                "finished": [],
            },
        )
        is_in = row["review__status"] == Review.Status.SUBMITTED
        call["finished" if is_in else "to_read"].append(
            {
                "public_id": row["public_id"],
                "startup": row["application__startup__name"],
                "one_line": row["application__startup__one_line"],
                "total": row["total_given"],
                "begun": row["review__status"] is not None,
                "lacks_a_mark": is_in and row["lacks_a_mark"],
            }
        )
    for call in calls.values():
        call["finished"].sort(key=lambda one: not one["lacks_a_mark"])
        call["asked_once_more"] = sum(one["lacks_a_mark"] for one in call["finished"])
        call["whole"] = len(call["to_read"]) + len(call["finished"])
    return list(calls.values())


@dashboard("GET")
def review_queue(request):
    today = request.now.astimezone(request.user.zone).date()
    return page(
        request, "applications/reviewing/queue", _("Your queue"), calls=queue_of(request), today=today
    )


def _assigned(request):
    """What this reviewer may open now."""
    return Assignment.objects.of(request.user).select_related(
        "application__startup", "application__call__programme", "application__call__release", "review"
    )


@dashboard("GET", "POST")
def declare_conflict(request, public_id):
    """The question about a conflict of interest: before the application opens, and at any time after."""
    assignment = get_object_or_404(_assigned(request), public_id=public_id)
    application = assignment.application
    form = ConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["conflict"] == "no":
            reviews.begin(assignment, by=request.user, now=request.now)
            return redirect("reviewing:review", public_id)
        conflicts.recuse(
            application,
            who=request.user,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=request.now,
        )
        return done(
            request,
            _("Thank you for saying so. %(startup)s is out of your queue.") % {"startup": application},
            "reviewing:review_queue",
        )
    team = [str(member.user) for member in application.startup.team]
    return page(
        request,
        "applications/reviewing/conflict",
        str(application),
        application=application,
        team=team,
        form=form,
        begun=hasattr(assignment, "review"),
        public_id=public_id,
    )


@dashboard("GET", "POST")
@after_undertaking
def review(request, public_id):
    """The application beside its criteria."""
    assigned = _assigned(request).prefetch_related("application__call__criteria")
    assignment = get_object_or_404(assigned, public_id=public_id)
    if not hasattr(assignment, "review"):
        return redirect("reviewing:declare_conflict", public_id)
    readings.note(request, Reading.What.APPLICATION, assignment.application)
    criteria = list(assignment.application.call.criteria.all())
    initial = None if request.POST else _as_given(assignment.review)
    others_are_seen = assignment.others_seen_at is not None
    form = ReviewForm(criteria, request.POST or None, initial=initial, others_are_seen=others_are_seen)
    if request.method == "POST" and form.is_valid():
        try:
            return _keep(request, assignment, form)
        except WrongValue as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    return _scoring_page(request, assignment, form)


def _keep(request, assignment: Assignment, form: ReviewForm):
    """Save the draft, or submit it and open the next one."""
    submits = request.POST.get("act") != "save" or assignment.review.is_submitted
    if submits and form.miss():
        return _scoring_page(request, assignment, form)
    if not submits:
        reviews.save(assignment, **form.given, by=request.user, now=request.now)
        return done(request, _("Saved as a draft."), "reviewing:review", assignment.public_id)
    reason = form.cleaned_data.get("reason", "")
    reviews.submit(assignment, **form.given, reason=reason, by=request.user, now=request.now)
    sentence = _("Your review of %(startup)s is in.") % {"startup": assignment.application}
    if request.POST.get("act") == "save":
        return done(request, sentence, "reviewing:review", assignment.public_id)
    following = _next(assignment)
    return done(
        request, sentence, *(["reviewing:review", following] if following else ["reviewing:review_queue"])
    )


@dashboard("POST")
def see_others(request, public_id):
    """The reviewer asks what the others gave: their own marks stay from here on."""
    assignment = get_object_or_404(_assigned(request), public_id=public_id)
    return attempt(
        request,
        lambda: others_seen.ask(assignment, by=request.user, now=request.now),
        _("Here is what the others gave. Your marks stay; a change now needs a reason."),
        "reviewing:review",
        public_id,
    )


def _next(assignment: Assignment) -> str | None:
    """The next application to review in the same call, in the queue's order."""
    same_call = Assignment.objects.live().unfinished().of_eligible().filter(reviewer=assignment.reviewer_id)
    return same_call.order_by("assigned_at", "pk").values_list("public_id", flat=True).first()


def _same_call(assignment: Assignment, request) -> dict:
    """The part of the queue that an assignment is in; empty when its application is no longer eligible."""
    calls = {call["pk"]: call for call in queue_of(request)}
    return calls.get(assignment.application.call_id, {"to_read": [], "finished": [], "whole": 0})


def _as_given(given: Review) -> dict:
    scores = dict(given.scores.values_list("criterion__key", "value"))
    if given.assignment.others_seen_at is not None and (latest := given.versions.last()):
        scores |= latest.marks
    return {f"criterion_{key}": value for key, value in scores.items()} | {
        "for_panel": given.comment_for_panel,
        "for_applicant": given.comment_for_applicant,
    }


def _scoring_page(request, assignment: Assignment, form: ReviewForm):
    application = assignment.application
    call = application.call
    sections, deck_url, submitted = content_of(application, closed_to_reviewers(call))
    queue = _same_call(assignment, request)
    given = assignment.review
    if (
        call.is_released and assignment.others_seen_at is None
    ):  # reviews are closed: nothing is left to choose
        others_seen.note(request.user, [application.pk], now=request.now)
        assignment.others_seen_at = request.now
    others = side_by_side(Review.objects.beside(given))
    lacks_a_mark = _lacks_a_mark(given, form)
    if lacks_a_mark and not call.is_released and any(one.asks_earlier for one in form.rubric.values()):
        others = []  # what they gave for the new criterion shows once one's own mark for it is in
    is_draft = not given.is_submitted and given.saved_at > given.opened_at
    return page(
        request,
        "applications/reviewing/scoring",
        str(application),
        one_line=application.startup.one_line,
        submitted=submitted,
        facts=facts_of(application),
        sections=sections,
        deck_url=deck_url,
        form=form,
        criteria=form.criteria,
        rubric=[criterion.name for criterion in form.rubric.values()],
        comments=form.comments,
        done=len(queue["finished"]),
        whole=queue["whole"],
        due=_("due %(day)s") % {"day": wording.day(call.reviews_due_on, year=False)},
        conflict_url=reverse("reviewing:declare_conflict", args=[assignment.public_id]),
        queue_url=reverse("reviewing:review_queue"),
        public_id=assignment.public_id,
        draft_saved_at=given.saved_at if is_draft else None,
        is_in=given.is_submitted,
        lacks_a_mark=lacks_a_mark,
        is_over=call.is_released,
        others=others,
        others_waiting=_others_waiting(assignment),
        reason=form["reason"] if "reason" in form.fields else None,
        changes=list(pairwise(given.versions.all())) if assignment.others_seen_at else [],
        call=call,
    )


def _lacks_a_mark(given: Review, form: ReviewForm) -> bool:
    """Whether a criterion came into the rules after this review."""
    return given.is_submitted and not form.is_bound and not form.initial.keys() >= form.rubric.keys()


def _others_waiting(assignment: Assignment) -> int | None:
    """How many others have handed in, for a reviewer who has too and has not looked yet; None once they have."""
    if not assignment.review.is_submitted or assignment.others_seen_at is not None:
        return None
    return Review.objects.others_of(assignment).count()
