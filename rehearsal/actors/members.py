"""The chosen: they answer their offers, set goals, and book mentors all through the six months."""

import re
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import unquote

from django.urls import reverse

from accelerator.models import Startup, User
from applications.models import Offer, OfferTerms
from cohorts.models import Goal, Membership
from mentoring.models import Mentor, MentoringSession

FREE = re.compile(r'/book/\?at=([^"&]+)"')
OFTEN = 200  # with so many applicants the whole season is meant, and each member meets somebody in most weeks


def plan(season):
    call = season.call
    # From the release to the start somebody looks every day whether there is an offer to answer.
    for day in range((call.starts_on - call.decision_on).days):
        yield season.on(call.decision_on + timedelta(days=day), 21), partial(answer_offers, season), True
    yield season.on(call.starts_on + timedelta(days=1), 18), partial(set_goals, season), False
    weeks = (call.ends_on - call.starts_on).days // 7
    often = len(season.cast.companies) >= OFTEN
    for week in range(0, weeks, 1 if often else 2):
        for seat in range(call.seats):
            at = season.on(call.starts_on + timedelta(days=7 * week + 1), 9, 10 * seat)
            yield at, partial(book, season, seat, week), True
            if often and week % 2:
                thursday = at + timedelta(days=2)
                yield thursday, partial(book, season, seat, f"{week} again"), True


def answer_offers(season, now: datetime) -> None:
    """The first declines after two days, the second never answers, everybody else accepts after a day."""
    for offer in (
        Offer.objects.filter(application__call=season.call).open().select_related("application__startup")
    ):
        waited = now - offer.offered_at
        first, second = offer.seat.number == 1, offer.seat.number == 2
        lets_down = season.lets_offers_go and not offer.promoted_from_reserve
        if lets_down and second:
            continue
        owner = _owner_of(offer.application.startup)
        path = reverse("cohorts:offer", args=[offer.public_id])
        if lets_down and first:
            if waited >= timedelta(days=2):
                reasons = season.cast.review_texts["reasons"]["offer_declined"]
                reason = season.rng("decline", season.call.pk).choice(reasons)
                season.person(owner.email).post(
                    path, {"answer": "decline", "confirm": "on", "reason": reason}
                )
        elif waited >= timedelta(days=1) - timedelta(hours=20 if offer.promoted_from_reserve else 0):
            latest = OfferTerms.objects.filter(call=season.call).last()
            accepted = {
                "answer": "accept",
                "confirm": "on",
                "may_be_named": "on",
                "name": owner.name,
                "terms": latest.number if latest else 0,
            }
            season.person(owner.email).post(path, accepted)


def memberships(season) -> list[Membership]:
    return list(Membership.objects.filter(cohort__call=season.call).select_related("startup").order_by("pk"))


def _owner_of(startup: Startup) -> User:
    return startup.members.filter(is_owner=True).select_related("user").order_by("pk")[0].user


def owner(season, membership: Membership):
    return season.person(_owner_of(membership.startup).email)


def set_goals(season, now: datetime) -> None:
    for membership in memberships(season):
        if not Goal.objects.filter(membership=membership).exists():
            goals = season.cast.mentoring_texts["goals"]
            fitting = [g for g in goals if g["subject"] in membership.topics] or goals
            chosen = season.rng("goals", membership.startup.name).sample(fitting, min(3, len(fitting)))
            for goal in chosen:
                owner(season, membership).post(
                    reverse("cohorts:set_goal", args=[membership.public_id]),
                    {"text": f"{goal['title']}: {goal['text']}"[:300]},
                )


def book(season, number: int, week: int | str, now: datetime) -> None:
    """Each member books the mentor whose field is nearest, unless enough is booked already."""
    members = memberships(season)
    if number >= len(members):
        return
    membership = members[number]
    soon = now + timedelta(days=12)
    enough = 3 if len(season.cast.companies) >= OFTEN else 1
    booked = MentoringSession.objects.filter(membership=membership).not_begun(now).filter(starts_at__lt=soon)
    if booked.count() >= enough:
        return
    rng = season.rng("book", membership.startup.name, week)
    person = owner(season, membership)
    for mentor in nearest(season, membership, week):
        page = person.get(reverse("mentoring:mentor", args=[mentor.public_id]))
        free = [datetime.fromisoformat(unquote(at)) for at in FREE.findall(page.text)]
        slots = [at for at in free if at < soon]
        if slots:
            sets = season.cast.mentoring_texts["sessions"]
            fitting = [s for s in sets if s["subject"] in mentor.topics and s["subject"] in membership.topics]
            topic = rng.choice(fitting or sets)["topic"]
            person.post(
                reverse("mentoring:book_session", args=[mentor.public_id]),
                {"starts_at": rng.choice(slots).isoformat(), "topic": topic},
            )
            return


def nearest(season, membership: Membership, week: int | str) -> list[Mentor]:
    mentors = list(Mentor.objects.active().filter(programme=season.call.programme).order_by("pk"))
    rng = season.rng("mentor", membership.startup.name, week)
    return sorted(mentors, key=lambda m: (-len(set(m.topics) & set(membership.topics)), rng.random()))[:6]
