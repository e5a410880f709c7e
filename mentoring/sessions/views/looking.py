"""Sessions as the two sides look at them."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accelerator import on_behalf
from accelerator.calendar import adding, answers
from accelerator.policies.asking import after_undertaking
from cohorts.admission.models import Membership
from mentoring.mentors.models import Mentor
from mentoring.sessions import logs, permissions
from mentoring.sessions.appointments import appointment
from mentoring.sessions.models import ActionItem, MentoringSession

PER_PAGE = 20


def visible_session(request, public_id) -> MentoringSession:
    sessions = MentoringSession.objects.visible_to(request.user).with_both_sides()
    return get_object_or_404(sessions, public_id=public_id)


def sessions(request):
    """One's own sessions, as founder or as mentor: what waits for a log, what comes, what was."""
    own = MentoringSession.objects.of_person(request.user).with_both_sides()
    mentoring = Mentor.objects.serving().filter(user=request.user).select_related("programme").first()
    membership = Membership.objects.of(request.user).select_related("cohort__call__programme").first()
    awaiting = own.of_mentor(request.user).awaiting_log(request.now)
    past = own.filter(~Q(status=MentoringSession.Status.BOOKED)).order_by("-starts_at").select_related("log")
    return render(
        request,
        "mentoring/sessions/sessions.html",
        {
            "awaiting": awaiting,
            "coming": own.upcoming(request.now),
            "past": Paginator(past, PER_PAGE).get_page(request.GET.get("page")),
            "mentoring": mentoring,
            "membership": membership,
            "can_book": membership is not None and not membership.cohort.is_over(request.now),
            "programme": (mentoring or membership).programme if mentoring or membership else None,
        },
    )


@after_undertaking
def session(request, public_id):
    """One session: the context one needs before it, and what was written down after."""
    session = visible_session(request, public_id)
    user, now = request.user, request.now
    is_changer = permissions.can_change_session(user, session)
    log = getattr(session, "log", None)
    reads_private_note = permissions.can_read_private_note(user, session)
    return render(
        request,
        "mentoring/sessions/session.html",
        {
            "session": session,
            "programme": session.programme,
            "goals": session.membership.goals.standing(),
            "carried": ActionItem.objects.carried_into(session).select_related(
                "session__mentor__user", "owner"
            ),
            "previous": session.previous_logged(),
            "log": log,
            "corrections": logs.corrections(session, with_private_note=reads_private_note) if log else [],
            "can_correct": permissions.can_correct_log(user, session, now),
            "overlaps": _overlaps(user, session),
            "in_their_place": on_behalf.acts_about(session),
            "action_items": session.action_items.select_related("session", "owner"),
            "can_move": is_changer and session.is_changeable(now),
            "can_tick": permissions.can_tick_action_items(user, session.membership),
            "can_log": permissions.can_log_session(user, session) and session.is_loggable(now),
            "can_read_private_note": reads_private_note,
            "guests": answers.in_groups(session) if session.is_changeable(now) else [],
            "answer_url": _answer_url(user, session) if session.is_changeable(now) else "",
            "reads_notes": True,
            "adding": _adding(session) if session.is_changeable(now) else None,
        },
    )


def _answer_url(user, session: MentoringSession) -> str:
    """For whoever is invited."""
    is_invited = permissions.is_mentor_of(user, session) or permissions.is_in_team_of(user, session)
    return reverse("calendars:answer", args=["session", session.public_id]) if is_invited else ""


def _adding(session: MentoringSession) -> adding.AddingLinks:
    file = reverse("mentoring:session_file", args=[session.public_id])
    return adding.links(appointment(session), file)


@require_safe
def session_file(request, public_id):
    """For a calendar that takes no invitations; a cancelled session is taken out by the same file."""
    return adding.download(appointment(visible_session(request, public_id)))


def _overlaps(user, session: MentoringSession):
    """What it is said to have taken place beside, as far as the reader sees it."""
    if not session.overlap_note:
        return []
    others = MentoringSession.objects.meeting(session.mentor, session.membership, session.slot)
    visible = MentoringSession.objects.visible_to(user).filter(pk__in=others.values("pk"))
    return visible.exclude(pk=session.pk).with_both_sides()


@require_POST
def tick_action_item(request, public_id, pk):
    """`done` = 1 ticks it, anything else takes the tick back; then back to where the tick was seen."""
    items = ActionItem.objects.select_related("session__membership", "session__mentor__programme")
    item = get_object_or_404(items, pk=pk, session__public_id=public_id)
    membership = item.session.membership
    if not permissions.can_tick_action_items(request.user, membership):
        raise Http404  # whoever sees no session of the startup does not see this either
    logs.set_done(item, request.POST.get("done") == "1", by=request.user, now=request.now)
    seen_in = MentoringSession.objects.visible_to(request.user).filter(
        public_id=request.POST.get("seen_in", "")
    )
    return redirect(seen_in.first() or f"{membership.get_absolute_url()}#mentoring")
