"""What a panel seldom plans for, played once a season: a conflict that is found late, a decision that waits for a second
person, and one that is undone."""

from datetime import datetime

from django.urls import reverse

from accelerator.models import Role
from applications.models import BoardAct, ProposedAct, Recusal, Release, Review
from applications.selecting import seen
from rehearsal.people import Person


def find_a_late_conflict(season, now: datetime) -> None:
    """On the morning of the decision somebody remembers: of the last in the ranking, a reviewer is a former colleague."""
    call, manager = season.call, season.manager()
    if Release.objects.filter(call=call).exists() or Recusal.objects.filter(declared_at=now).exists():
        return
    ranked = [row["public_id"] for row in _ranking(season, manager) if row["place"] is not None]
    reviews = Review.objects.counted().filter(assignment__application__public_id__in=ranked[-1:])
    review = reviews.select_related("assignment").order_by("pk").first()
    if review is not None:
        manager.post(
            reverse("reviewing:pin_conflict", args=[call.pk, ranked[-1]]),
            {"who": review.assignment.reviewer_id, "reason": "They worked together until last year."},
        )


def decide_with_a_second_person(season, now: datetime) -> None:
    """A manager has a conflict with one of the last, so what they decide on the first of the ranking is a proposal."""
    call, manager = season.call, season.manager()
    other = _another_manager(season, manager)
    ranked = [row for row in _ranking(season, manager) if row["place"] is not None]
    decided = Release.objects.filter(call=call).exists() or BoardAct.objects.filter(call=call).exists()
    if other is None or len(ranked) < 2 or decided:
        return
    if not call.applications.in_conflict_with(other.user).exists():
        own = reverse("reviewing:pin_conflict", args=[call.pk, ranked[-1]["public_id"]])
        other.post(own, {"who": "me", "reason": "My brother works there."})
    board = reverse("selecting:selection", args=[call.pk])
    theirs = [row for row in other.get(board).context_data["rows"] if row.get("place") is not None]
    other.post(
        board,
        {
            "act": "pick",
            "application": theirs[0]["public_id"],
            "reason": "The clearest of all.",
            "seen": theirs[0]["seen"],
        },
    )
    page = reverse("selecting:proposals", args=[call.pk])
    for one in manager.get(page).context_data["waiting"]:
        address = reverse("selecting:answer_proposal", args=[call.pk, one["proposal"].pk])
        manager.post(address, {"act": "confirm", "seen": one["seen"], "reason": ""})
    assert ProposedAct.objects.filter(call=call, confirmed_at__isnull=False).exists()


def think_better_of_it(season, board: str, row: dict) -> None:
    """Leave somebody out, and undo it."""
    manager, call = season.manager(), season.call
    sent = {"application": row["public_id"], "seen": seen.UNDECIDED, "reason": ""}
    manager.post(board, {"act": "leave_out", **sent})
    act = BoardAct.objects.filter(call=call, by=manager.user).standing().first()
    if act is not None:
        manager.post(reverse("selecting:undo", args=[call.pk, act.pk]))


def _ranking(season, manager: Person) -> list[dict]:
    page = manager.get(reverse("selecting:ranking", args=[season.call.pk]))
    return list(page.context_data["rows"])


def _another_manager(season, manager: Person) -> Person | None:
    roles = Role.objects.live().filter(programme=season.call.programme, kind=Role.Kind.MANAGER)
    role = roles.exclude(user=manager.user).select_related("user").order_by("pk").first()
    return season.person(role.user.email) if role else None
