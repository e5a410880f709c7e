"""What mentoring adds to a member's page, for those who may see its sessions."""

from django.db.models import Sum

from accelerator.dashboard.home import Card
from accelerator.models import Startup
from cohorts import member_page
from cohorts.admission.models import Membership
from mentoring.sessions import hours
from mentoring.sessions.models import ActionItem, MentoringSession


@member_page.chapters
def mentoring(request, membership):
    sessions = MentoringSession.objects.visible_to(request.user).filter(membership=membership)
    is_team = Startup.objects.of(request.user).filter(pk=membership.startup_id).exists()
    # mentors see their own sessions only
    is_own = is_team or Membership.objects.managed_by(request.user).filter(pk=membership.pk).exists()
    if not is_own and not sessions.exists():
        return
    held = sessions.filter(status=MentoringSession.Status.HELD)
    yield Card(
        "mentoring/member_chapter.html",
        {
            "is_own": is_own,
            "can_book": is_team and not membership.cohort.is_over(request.now),
            "coming": sessions.upcoming(request.now).with_both_sides(),
            "latest": held.with_both_sides().select_related("log").order_by("-starts_at")[:3],
            "held": held.count(),
            "hours": hours.in_words(held.aggregate(minutes=Sum("log__minutes"))["minutes"] or 0),
            "open_items": ActionItem.objects.still_open()
            .filter(session__membership=membership)
            .select_related("session__mentor__user", "owner"),
        },
    )
