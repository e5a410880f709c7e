"""Finding a mentor: who they are and when the reader's startup can book them."""

from datetime import datetime, timedelta

from django.db.models.functions import Lower
from django.shortcuts import render

from accelerator import wording
from accelerator.models import Topic
from cohorts.admission.models import Membership
from mentoring.mentors import words
from mentoring.mentors.models import Mentor
from mentoring.mentors.permissions import can_edit_mentor, can_mentor
from mentoring.mentors.views import visible_mentor
from mentoring.sessions import openings
from mentoring.sessions.models import MentoringSession
from mentoring.sessions.permissions import bookable, membership_to_book_for
from mentoring.sessions.views.booking import slot_days

SOON = timedelta(days=7)


def mentors(request):
    """Everybody who helps, those who know the reader's field first, each with their next free time."""
    own = Membership.objects.of(request.user).select_related("cohort__call__programme").latest_first().first()
    listed = Mentor.objects.visible_to(request.user).active().for_booking().order_by(Lower("user__name"))
    listed = list(listed.filter(programme=own.programme) if own else listed)
    can_book = own is not None and not own.cohort.is_over(request.now)
    free = openings.next_free(listed, own, now=request.now) if can_book else {}
    labels = _topic_labels({mentor.programme_id for mentor in listed})
    needed = set(own.topics) if own else set()
    rows = [
        {
            "mentor": mentor,
            "topics": [labels[key] for key in mentor.topics if key in labels],
            "shared": len(needed & set(mentor.topics)),
            "next": free.get(mentor.pk),
        }
        for mentor in listed
    ]
    rows.sort(key=lambda row: -row["shared"])  # stable: by name among equals
    asked, met = _asked(request), _met(own) if can_book else set()
    found = [row for row in rows if _fits(row, asked, met, request.now)]
    known = {key for mentor in listed for key in mentor.topics}
    return render(
        request,
        "mentoring/mentors/mentors.html",
        {
            "rows": found,
            "all": len(rows),
            "asked": asked,
            "topics": [(key, label) for key, label in labels.items() if key in known],
            "partners": sorted(
                {mentor.partner.name for mentor in listed if mentor.partner}, key=str.casefold
            ),
            "own": own,
            "can_book": can_book,
            "programme": own.programme if own else (listed[0].programme if listed else None),
        },
    )


def _asked(request) -> dict[str, str]:
    """What the list is narrowed to; nothing of it is stored."""
    return {name: request.GET.get(name, "").strip() for name in ("q", "topic", "partner", "soon", "new")}


def _met(own: Membership) -> set[int]:
    """Mentors with whom this startup has, or had, a session."""
    return set(MentoringSession.objects.occupying().filter(membership=own).values_list("mentor", flat=True))


def _fits(row: dict, asked: dict[str, str], met: set[int], now: datetime) -> bool:
    mentor, next_slot = row["mentor"], row["next"]
    partner = mentor.partner.name if mentor.partner else ""
    texts = [str(mentor.user), mentor.headline, mentor.bio, partner, *row["topics"]]
    return (
        words.has_words(asked["q"], texts)
        and (not asked["topic"] or asked["topic"] in mentor.topics)
        and (not asked["partner"] or asked["partner"] == partner)
        and (not asked["soon"] or (next_slot is not None and next_slot.starts_at < now + SOON))
        and (not asked["new"] or mentor.pk not in met)
    )


def _topic_labels(programmes) -> dict[str, str]:
    return {topic.key: str(topic.label) for topic in Topic.objects.filter(programme__in=programmes)}


def mentor(request, public_id):
    """One mentor, with the times that the reader's startup can book: click one, say what it is about, done."""
    mentor = visible_mentor(request, public_id)
    startup = request.GET.get("for", "")
    membership = membership_to_book_for(request.user, mentor, request.now, startup=startup)
    choices = bookable(request.user, mentor, request.now)
    labels = _topic_labels([mentor.programme_id])
    context = {
        "mentor": mentor,
        "programme": mentor.programme,
        "topics": [labels[key] for key in mentor.topics if key in labels],
        "membership": membership,
        "choices": choices if len(choices) > 1 or startup else [],
        "chosen_startup": f"&for={startup}" if startup and membership else "",
        "has_left": not can_mentor(mentor.user, mentor.programme),
        "can_edit": can_edit_mentor(request.user, mentor),
        "is_self": mentor.user_id == request.user.pk,
        "rules": mentor.availability.all(),
        "mentor_zone": wording.zone_name(mentor.zone),
    }
    if membership and not context["has_left"]:
        opened = openings.of(mentor, membership, now=request.now)
        context |= slot_days(request, opened.offered(), mentor)
        context |= {"full": openings.all_that_is_full(opened), "horizon": opened.terms.horizon_days}
    return render(request, "mentoring/mentors/mentor.html", context)
