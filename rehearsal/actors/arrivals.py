"""How everybody comes in: the first manager by a link, who then invites the reviewers and mentors."""

import re
from datetime import datetime, timedelta
from itertools import groupby

from django.urls import reverse

from accelerator import clock
from accelerator.models import Invitation, Policy, User
from accelerator.people import invitations
from mentoring.models import Availability, Mentor
from rehearsal.casting import Founder, MentorRole

LINK = re.compile(r"https?://[^/\s]+(/invitations/\S+/)")
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def open_season(season) -> None:
    """Before the call opens: managers, then whom they invite. The clock stands two days before the opening."""
    before = season.call.window.opens_at - timedelta(days=2)
    clock.freeze(before)
    programme = season.call.programme
    for role in season.cast.managers:
        partner = programme.partners.filter(slug=role.partner).first()
        invitations.invite(
            Invitation.Kind.MANAGER,
            email=role.email,
            by=None,
            programme=programme,
            partner=partner,
            now=before,
        )
        join(season, role)
    import_reviewers(season)
    mentors = sorted(season.cast.mentors, key=lambda role: role.partner)
    for partner, group in groupby(mentors, key=lambda role: role.partner):
        _invite(season, "mentor", partner, list(group))
    for reviewer in season.cast.reviewers:
        join(season, reviewer)
    for mentor in season.cast.mentors:
        join(season, mentor)
        introduce(season, mentor)


def import_reviewers(season) -> None:
    """The panel stands in a table of the year before; its manager pastes it, reads what would come of it, and asks all of
    them in."""
    call, manager = season.call, season.manager()
    known = dict(call.programme.partners.values_list("slug", "name"))
    rows = [["Name", "E-mail", "Organisation", "Expertise", "Reviews promised"]]
    for role in season.cast.reviewers:
        organisation = str(known.get(role.partner, ""))
        rows.append([role.name, role.email, organisation, "; ".join(role.topics), str(role.capacity)])
    table = "\n".join("\t".join(row) for row in rows)
    given = manager.post(reverse("importing:reviewers", args=[call.pk]), {"pasted": table})
    page = manager.get(given.url).context_data
    path = reverse("importing:bring_in", args=[call.pk, page["stored"].public_id])
    manager.post(path, {"seen": page["plan"].fingerprint})


def _invite(season, kind: str, partner: str, group: list) -> None:
    organisation = season.call.programme.partners.filter(slug=partner).first()
    data = {"kind": kind, "partner": organisation.pk if organisation else ""}
    data["emails"] = "\n".join(role.email for role in group)
    season.manager().post(reverse("people:people_of", args=[season.call.programme.slug]), data)


def join(season, somebody, now: datetime | None = None) -> None:
    """Follow the link in the invitation, sign up, accept, and say who one is."""
    kind = "co_founder" if isinstance(somebody, Founder) else _kind(somebody)
    found = LINK.search(season.read_mail(somebody.email, f"accelerator.invite_{kind}"))
    if not found:
        return  # the invitation has been withdrawn meanwhile
    link = found[1]
    if User.objects.filter(email=somebody.email).exists():
        person = season.person(somebody.email)
    else:
        person = season.newcomer(somebody.email, somebody.name, next_url=link)
    person.get(link)
    person.post(link)
    zone = getattr(somebody, "time_zone", "Europe/Paris")
    title = getattr(somebody, "title", "") or getattr(somebody, "headline", "")
    for owed in Policy.objects.owed_by(person.user):
        person.post(
            reverse("policies:undertaking"), {"name": somebody.name, "seen": owed.number, "next": "/"}
        )
    person.post(reverse("people:account"), {"name": somebody.name, "title": title, "time_zone": zone})


def _kind(role) -> str:
    return type(role).__name__.removesuffix("Role").lower()


def introduce(season, role: MentorRole) -> None:
    """A mentor's profile and weekly hours."""
    person = season.person(role.email)
    known = season.call.programme.topics.values_list("key", flat=True)
    topics = sorted(set(role.topics) & set(known))
    person.post(
        reverse("mentoring:edit_mentor", args=[season.call.programme.slug]),
        {"headline": role.headline, "bio": role.bio, "topics": topics},
    )
    mentor = Mentor.objects.get(user__email=role.email, programme=season.call.programme)
    if Availability.objects.filter(mentor=mentor).exists():
        return
    rows = role.availability
    week = {"week-TOTAL_FORMS": len(rows), "week-INITIAL_FORMS": 0}
    for index, row in enumerate(rows):
        week |= {
            f"week-{index}-weekday": DAYS.index(row["day"]),
            f"week-{index}-starts": row["from"],
            f"week-{index}-ends": row["to"],
        }
    person.post(
        reverse("mentoring:edit_hours", args=[mentor.public_id]),
        {"session_minutes": role.session_minutes, "notice_hours": 24, **week},
    )
