"""The reviewers of a call: who they are, asking more in, and what is known of one."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import as_seen
from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.models import Invitation, Role
from accelerator.people import permissions
from accelerator.transitions import NotAllowed
from applications.applying.conflict_rows import Conflict
from applications.applying.models import Recusal
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing import panel
from applications.reviewing.models import AwaitedReviewer, Reviewer
from applications.reviewing.panel_forms import AskReviewersForm, ReviewerForm
from applications.reviewing.progress import Progress, progress
from applications.reviewing.sight import Sight


@dashboard("GET", "POST")
def reviewers(request, call_id: int) -> HttpResponse:
    """Everybody on the list with what they promised, who is asked and not here yet, and the form to ask more."""
    call = managed_call(request, call_id)
    form = AskReviewersForm(request.POST if request.method == "POST" else None, call=call)
    if form.is_valid():
        try:
            panel.ask_all(call, **form.cleaned_data, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error("emails", str(refusal))
        else:
            count = len(form.cleaned_data["emails"])
            sentence = ngettext("%(n)d person is asked.", "%(n)d people are asked.", count) % {"n": count}
            return done(request, sentence, "reviewing:reviewers", call.pk)
    sight = Sight(request.user, call)
    listed = _listed(call, sight)
    return page(
        request,
        "applications/reviewing/reviewers",
        _("Reviewers"),
        call=call,
        sight=sight,
        reviewers=listed,
        promised=sum(one.reviewer.capacity for one in listed if one.takes_more),
        taking=sum(one.takes_more for one in listed),
        awaited=_awaited(call, request.now),
        form=form,
        may_ask=not call.is_released,
    )


@dataclass(frozen=True)
class ListedReviewer:
    """A line of the list: how somebody stands, how far they are, and what they know, in words."""

    reviewer: Reviewer
    role: Role | None  # None once it ended
    is_active: bool
    progress: Progress | None
    knows: list[str]

    @property
    def has_applied(self) -> bool:
        return self.role is not None and not self.is_active

    @property
    def takes_more(self) -> bool:
        return self.is_active and self.reviewer.paused_at is None


def _listed(call: Call, sight: Sight) -> list[ListedReviewer]:
    roles = {
        role.user_id: role
        for role in Role.objects.of(call.programme)
        .filter(kind=Role.Kind.REVIEWER)
        .with_whether_they_have_a_factor()
    }
    active = set(Reviewer.objects.active_for(call).values_list("pk", flat=True))
    figures = {one.reviewer: one for one in progress(call, without=sight.barred)}
    words = {topic.key: str(topic.label) for topic in call.programme.topics.all()}
    return [
        ListedReviewer(
            one,
            roles.get(one.user_id),
            one.pk in active,
            figures.get(one.pk),
            [words.get(key, key) for key in one.topics],
        )
        for one in call.reviewers.select_related("user", "partner").order_by("user__name", "pk")
    ]


def _awaited(call: Call, now: datetime) -> list[AwaitedReviewer]:
    """Who was asked for this call; each with `is_open`, whether their link still works."""
    links = Invitation.objects.open(now).filter(
        programme=call.programme_id, kind=Invitation.Kind.REVIEWER, email=OuterRef("email")
    )
    found = AwaitedReviewer.objects.filter(call=call).annotate(is_open=Exists(links))
    return list(found.select_related("partner").order_by("email"))


def _of(request, call_id: int, reviewer_id: int) -> Reviewer:
    call = managed_call(request, call_id)
    found = get_object_or_404(Reviewer.objects.select_related("user", "partner"), call=call, pk=reviewer_id)
    found.call = call
    return found


@dashboard("GET", "POST")
def reviewer(request, call_id: int, reviewer_id: int) -> HttpResponse:
    """For whom somebody reviews, what they know and promised; their conflicts; pausing them and taking them off."""
    one = _of(request, call_id, reviewer_id)
    form = ReviewerForm(request.POST if request.method == "POST" else None, reviewer=one)
    if form.is_valid():
        act = {"seen": request.POST.get("seen", ""), "by": request.user, "now": request.now}
        try:
            panel.change(one, **form.cleaned_data, **act)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _("“%(name)s” is saved.") % {"name": one}, "reviewing:reviewers", call_id)
    sight = Sight(request.user, one.call)
    recusals = Recusal.objects.filter(user=one.user, application__in=sight.submitted.values("pk"))
    close = sight.submitted.filter(pk__in=Conflict.objects.filter(user=one.user).values("application"))
    role = Role.objects.of(one.call.programme).filter(user=one.user, kind=Role.Kind.REVIEWER).first()
    return page(
        request,
        "applications/reviewing/reviewer_settings",
        str(one),
        call=one.call,
        sight=sight,
        reviewer=one,
        role=role,
        may_end_role=role and permissions.with_people_of(request.user).filter(pk=role.programme_id).exists(),
        form=form,
        seen=as_seen.version_of(one),
        recusals=recusals.select_related("application__startup").order_by("application__startup__name"),
        close=close.exclude(pk__in=recusals.values("application")).select_related("startup"),
        why_listed=panel.why_listed(one),
    )


@dashboard("POST")
def pause(request, call_id: int, reviewer_id: int) -> HttpResponse:
    one = _of(request, call_id, reviewer_id)
    return attempt(
        request,
        lambda: panel.pause(one, by=request.user, now=request.now),
        _("%(person)s is asked nothing else. What they have stays theirs.") % {"person": one},
        "reviewing:reviewer",
        call_id,
        one.pk,
    )


@dashboard("POST")
def resume(request, call_id: int, reviewer_id: int) -> HttpResponse:
    one = _of(request, call_id, reviewer_id)
    return attempt(
        request,
        lambda: panel.resume(one, by=request.user, now=request.now),
        _("%(person)s can be asked again.") % {"person": one},
        "reviewing:reviewer",
        call_id,
        one.pk,
    )


@dashboard("POST")
def take_off(request, call_id: int, reviewer_id: int) -> HttpResponse:
    one = _of(request, call_id, reviewer_id)
    return attempt(
        request,
        lambda: panel.take_off(one, by=request.user, now=request.now),
        _("%(person)s no longer reviews for this call.") % {"person": one},
        "reviewing:reviewers",
        call_id,
    )
