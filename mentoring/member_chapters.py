"""What mentoring adds to a member's page, for those who may see its sessions."""

from django.db.models import Sum

from accelerator.dashboard import Card
from cohorts import member_page
from mentoring import hours
from mentoring.models import ActionItem, MentoringSession
from mentoring.permissions import may_follow_mentoring


@member_page.chapters
def mentoring(request, membership):
    sessions = MentoringSession.objects.visible_to(request.user).filter(membership=membership)
    is_own = may_follow_mentoring(request.user, membership)
    if not is_own and not sessions.exists():
        return
    held = sessions.filter(status=MentoringSession.Status.HELD)
    yield Card(
        "mentoring/member_chapter.html",
        {
            "is_own": is_own,
            "coming": sessions.upcoming(request.now).with_both_sides(),
            "latest": held.with_both_sides().select_related("log").order_by("-starts_at")[:3],
            "held": held.count(),
            "hours": hours.in_words(held.aggregate(minutes=Sum("log__minutes"))["minutes"] or 0),
            "open_items": ActionItem.objects.still_open()
            .filter(session__in=sessions)
            .select_related("session__mentor__user"),
        },
    )
