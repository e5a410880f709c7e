"""Managers and reviewers: screen, assign, score, choose, release. They work on what nobody has done before them."""

import math
from datetime import datetime, timedelta
from functools import partial

import numpy as np
from django.urls import reverse

from accelerator import as_seen, clock
from applications.calls import window
from applications.models import (
    Amendment,
    Application,
    Assignment,
    Decision,
    Recusal,
    Release,
    Reviewer,
    ReviewVersion,
)
from applications.reviewing.models import LOWEST
from applications.selecting import seen
from applications.setup import amendments
from applications.simulation.reviewers import Temperaments
from rehearsal.actors import deciding
from rehearsal.casting import ReviewerRole

EVENING = 20


def plan(season):
    call = season.call
    last_day = window.last_day(call.window.closes_at, call.zone)
    yield season.on(last_day + timedelta(days=2), 10), partial(screen, season), False
    yield season.on(last_day + timedelta(days=2), 15), partial(assign, season), True
    for days in (4, 6, 8):
        yield season.on(last_day + timedelta(days=days), 10), partial(assign, season), False
    yield season.on(last_day + timedelta(days=5), 11), partial(amend, season), False
    yield season.on(last_day + timedelta(days=5), 15), partial(confirm, season), False
    begins, ends = last_day + timedelta(days=3), call.reviews_due_on
    evenings = [begins + timedelta(days=n) for n in range((ends - begins).days + 1)]
    for number, role in enumerate(season.cast.reviewers):
        for index, day in enumerate(evenings):
            moment = season.on(day, EVENING, number % 60)
            yield moment, partial(read, season, role, len(evenings) - index), False
        # One forgets, is reminded, and finishes two days late.
        yield season.on(ends + timedelta(days=2), EVENING, number % 60), partial(read, season, role, 1), False
    yield season.on(ends + timedelta(days=2), EVENING + 2), partial(reconsider, season), False
    yield season.on(call.decision_on, 10, 30), partial(deciding.find_a_late_conflict, season), False
    yield season.on(call.decision_on, 10, 45), partial(deciding.decide_with_a_second_person, season), False
    yield season.on(call.decision_on, 11), partial(choose, season), False
    yield season.on(call.decision_on, 17), partial(release, season), True


# --- Managers -----------------------------------------------------------------------------------------
def screen(season, now: datetime) -> None:
    """A verdict for each that has none."""
    call, manager = season.call, season.manager()
    checks = list(call.eligibility_checks.values_list("key", flat=True))
    waiting = Application.objects.filter(call=call).awaiting_screening().select_related("startup")
    for application in waiting.order_by("submitted_at"):
        company = season.cast.company_of(application.startup.name)
        reason = company.ineligible if company else ""
        verdict = "ineligible" if reason else "eligible"
        holds = checks[1:] if reason else checks
        manager.post(
            reverse("reviewing:screen_application", args=[call.pk, application.public_id]),
            {"verdict": verdict, "reason": reason, "checks": holds, "seen": as_seen.version_of(application)},
        )


def assign(season, now: datetime) -> None:
    """Look at the plan, and apply what is missing: at first everything, later what conflicts have left open."""
    path = reverse("reviewing:assignment", args=[season.call.pk])
    page = season.manager().get(path).context_data
    if not page["is_applied"]:
        season.manager().post(path, {"plan": page["proposal"].fingerprint})


def amend(season, now: datetime) -> None:
    """Two reviewers read the lowest mark of a criterion differently, so a manager proposes to say it in more words."""
    call, manager = season.call, season.manager()
    if Amendment.objects.filter(call=call).exists():
        return
    path = reverse("setup:amend_rules", args=[call.pk])
    form = manager.get(path).context_data["form"]
    anchors = [name for name in form.fields if name.startswith("anchors__")] if form else []
    if anchors:
        shown = {name: form[name].value() for name in form.fields}
        lowest, *others = shown[anchors[0]].splitlines()
        shown[anchors[0]] = "\n".join([f"{lowest}; also where nothing is said of it", *others])
        shown["reason"] = "Two of us read the lowest mark differently."
        manager.post(path, {name: value for name, value in shown.items() if value is not None})


def confirm(season, now: datetime) -> None:
    """Another manager puts it in force; who proposed it does where there is no other."""
    waiting = Amendment.objects.waiting().filter(call=season.call).first()
    if waiting:
        second = amendments.confirmers(season.call, waiting.proposed_by).order_by("pk").first()
        path = reverse("setup:amendment", args=[season.call.pk, waiting.pk])
        season.person((second or waiting.proposed_by).email).post(path, {"act": "confirm"})


def choose(season, now: datetime) -> None:
    """The first five of the ranking, the next five in reserve, all others not."""
    call = season.call
    if Release.objects.filter(call=call).exists():
        return
    manager, board = season.manager(), reverse("selecting:selection", args=[call.pk])
    ranked = manager.get(reverse("selecting:ranking", args=[call.pk])).context_data["rows"]
    decided = dict(Decision.objects.filter(call=call).values_list("application__public_id", "outcome"))
    free = {
        "pick": call.seats - sum(o == Decision.Outcome.SELECTED for o in decided.values()),
        "reserve": call.reserve - sum(o == Decision.Outcome.RESERVE for o in decided.values()),
    }
    first = next((row for row in ranked if row["place"] and row["public_id"] not in decided), None)
    if first and any(free.values()):
        deciding.think_better_of_it(season, board, first)
    for row in ranked:
        act = next((act for act, left in free.items() if left), None)
        if act and row["place"] is not None and row["public_id"] not in decided:
            sent = {"act": act, "application": row["public_id"], "reason": "", "seen": seen.UNDECIDED}
            if manager.post(board, sent, expect=(302, 409)).status_code == 409:
                # Somebody by hand has left out a better one without a word.
                manager.post(board, {**sent, "reason": "The next in the ranking of those who are left."})
            free[act] -= 1
    manager.post(board, {"act": "rest", "seen": manager.get(board).context_data["board_seen"]})
    manager.post(reverse("selecting:letters", args=[call.pk]))


def release(season, now: datetime) -> None:
    if not Release.objects.filter(call=season.call).exists():
        path = reverse("selecting:release", args=[season.call.pk])
        season.manager().post(path, {"seen": season.manager().get(path).context_data["seen"]})


# --- Reviewers ----------------------------------------------------------------------------------------
def read(season, role: ReviewerRole, evenings_left: int, now: datetime) -> None:
    """An evening's share of the queue. Who is last in the list reads nothing until reminded."""
    reviewer = (
        Reviewer.objects.filter(call=season.call, user__email=role.email).select_related("user").first()
    )
    if reviewer is None:
        return
    forgets = role is season.cast.reviewers[-1] and clock.now() < season.on(season.call.reviews_due_on, 23)
    waiting = Assignment.objects.of(reviewer.user).awaiting_review().filter(application__call=season.call)
    queue = list(
        waiting.order_by("pk").values_list(
            "public_id", "application__public_id", "application__startup__name"
        )
    )
    share = math.ceil(len(queue) / evenings_left)
    for line in queue[: 0 if forgets else share]:
        review_one(season, role, *line)


def review_one(season, role: ReviewerRole, assignment: str, application: str, startup: str) -> None:
    """Say whether there is a conflict; if not, score each criterion and write two comments."""
    person = season.person(role.email)
    company = season.cast.company_of(startup)
    rng = season.rng("review", role.email, application if company is None else company.key)
    if company and (company.key in role.conflicts or _first_of_all(season, role)):
        reason = role.conflict_reason or rng.choice(season.cast.review_texts["reasons"]["recusal"])
        person.post(
            reverse("reviewing:declare_conflict", args=[assignment]), {"conflict": "yes", "reason": reason}
        )
        return
    person.post(reverse("reviewing:declare_conflict", args=[assignment]), {"conflict": "no"})
    person.post(
        reverse("reviewing:review", args=[assignment]),
        review_form(season, role, company.quality if company else 0, rng),
    )


def reconsider(season, now: datetime) -> None:
    """One reviewer reads what the others gave to the first application that they have in, and changes a mark by one."""
    if ReviewVersion.objects.filter(review__assignment__application__call=season.call).exists():
        return
    mine = Assignment.objects.reviewed().filter(application__call=season.call).unaware_of_others()
    assignment = mine.select_related("reviewer__user").order_by("reviewer__user__email", "pk").first()
    if assignment is None:
        return
    email = assignment.reviewer.user.email
    person, page = season.person(email), reverse("reviewing:review", args=[assignment.public_id])
    person.post(reverse("reviewing:see_others", args=[assignment.public_id]))
    given = person.get(page).context_data["form"].initial
    criterion = f"criterion_{season.criteria[0].key}"
    rng = season.rng("reconsider", email)
    person.post(
        page,
        given
        | {
            criterion: given[criterion] - 1 if given[criterion] > LOWEST else LOWEST + 1,
            "reason": rng.choice(season.cast.review_texts["reasons"]["reconsidered"]),
            "act": "next",
        },
    )


def _first_of_all(season, role: ReviewerRole) -> bool:
    """In a generated season nobody is listed with a conflict, so the second reviewer has one with their first."""
    if any(r.conflicts for r in season.cast.reviewers) and season.cast.company_of("Parlure"):
        return False
    is_second = len(season.cast.reviewers) > 1 and role is season.cast.reviewers[1]
    return is_second and not Recusal.objects.filter(application__call=season.call).exists()


def marks(role: ReviewerRole, quality: float, criteria: int, rng) -> list[int]:
    """A mark for each criterion, from a reviewer who is as lenient and as wide as their role says."""
    who = Temperaments(leniency=np.array([role.leniency]), width=np.array([role.spread]))
    generator = np.random.default_rng(rng.getrandbits(64))
    (row,) = who.rubrics(np.array([quality]), np.array([0]), criteria, generator)
    return [int(mark) for mark in row]


def band(mark: float) -> str:
    return "low" if mark <= 3 else "mid" if mark <= 6 else "high"


def review_form(season, role: ReviewerRole, quality: float, rng) -> dict:
    criteria = season.criteria
    given = marks(role, quality, len(criteria), rng)
    texts = season.cast.review_texts
    by_key = {criterion.key: mark for criterion, mark in zip(criteria, given, strict=True)}
    striking = sorted((key for key in by_key if key in texts), key=lambda key: -abs(by_key[key] - 5))[:2]
    overall = band(round(sum(given) / len(given)))
    panel = [rng.choice(role.voice)] if role.voice else []
    applicant = []
    for key in striking:
        panel.append(rng.choice(texts[key][band(by_key[key])]["panel"]))
        applicant.append(rng.choice(texts[key][band(by_key[key])]["applicant"]))
    panel.append(rng.choice(texts["closing"][overall]["panel"]))
    applicant.append(rng.choice(texts["closing"][overall]["applicant"]))
    return {
        **{f"criterion_{key}": mark for key, mark in by_key.items()},
        "for_panel": " ".join(panel),
        "for_applicant": " ".join(applicant),
        "act": "next",
    }
