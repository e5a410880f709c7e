"""What *My data* tells mentors and members: profiles, sessions and what was written down of them."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator.models import User
from accelerator.privacy import rooms
from accelerator.privacy.classes import Keeping, kept_as
from accelerator.privacy.rooms import Kept, OwnPart
from mentoring.models import Mentor, MentoringSession


@rooms.kept
def profile(user: User, now: datetime) -> Iterator[Kept]:
    for mentor in Mentor.objects.filter(user=user).select_related("programme"):
        yield Kept(
            _("Your profile as a mentor of %(programme)s") % {"programme": mentor.programme},
            _("headline, what you wrote about yourself, topics, hours, video link"),
            _("Until you close your account."),
        )


@rooms.kept
def sessions(user: User, now: datetime) -> Iterator[Kept]:
    count = MentoringSession.objects.of_person(user).count()
    if count:
        yield Kept(
            _("Mentoring"),
            ngettext("%(n)d session with its log", "%(n)d sessions with their logs", count) % {"n": count},
            _("As long as the startup’s place in the programme is kept."),
        )


@rooms.exported
def own_profile(user: User, now: datetime) -> Iterator[OwnPart]:
    profiles = [
        {
            "programme": mentor.programme.name,
            "headline": mentor.headline,
            "bio": mentor.bio,
            "topics": mentor.topics,
            "meeting_link": mentor.meeting_link,
            "hours": list(mentor.availability.values("weekday", "starts", "ends")),
            "other_days": list(
                mentor.other_days.values("first_day", "last_day", "is_off", "starts", "ends", "note")
            ),
        }
        for mentor in Mentor.objects.filter(user=user).select_related("programme").order_by("pk")
    ]
    if profiles:
        yield OwnPart("mentor.json", profiles)


@rooms.exported
def own_sessions(user: User, now: datetime) -> Iterator[OwnPart]:
    """Topic, times and shared notes; the private note for whoever wrote it alone."""
    found = MentoringSession.objects.of_person(user).select_related("log", "mentor").order_by("starts_at")
    told = []
    for session in found:
        log = getattr(session, "log", None)
        line = {
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
            "status": session.status,
            "topic": session.topic,
            "notes": log.notes if log else "",
            "to_do": list(session.action_items.values("text", "done_at")),
        }
        if log and log.logged_by_id == user.pk:
            line["private_note"] = log.private_note
        told.append(line)
    if told:
        yield OwnPart("sessions.json", told)


@rooms.own_messages
def about_own_sessions(user: User) -> Q:
    mine = MentoringSession.objects.of_person(user)
    return Q(object_type=MentoringSession._meta.label_lower, object_id__in=mine.values("pk"))


kept_as(
    Keeping.MEMBER,
    "mentoring.ActionItem",
    "mentoring.MentoringSession",
    "mentoring.ProposedSession",
    "mentoring.SessionLog",
)
kept_as(Keeping.ACCOUNT, "mentoring.Availability", "mentoring.Mentor", "mentoring.OtherDay")
kept_as(Keeping.PROGRAMME, "mentoring.BookingTerms")
