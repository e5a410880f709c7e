"""Beginning a call from another one: what it asks, marks, checks and says, with its days moved on; nothing of applicants.

What hangs on a call in the rooms above is told by functions in their `call_copies.py`:

    @copies
    def of_perks(source, moved): yield Perk(…)

Each yields new rows without a call; `moved(at)` is a moment of the old programme in the new one.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import Programme, User
from accelerator.registry import Registry
from accelerator.transitions import WrongValue
from applications.calls.models import Call
from applications.reviewing.models import Reviewer
from applications.selecting import terms
from applications.setup import changes, questions, rubric, season_days
from applications.setup.season_on_the_wall import A_WEEK

copies = Registry()
Row = TypeVar("Row", bound=models.Model)

KEPT = (
    "seats",
    "reserve",
    "reviews_per_application",
    "marks_that_count",
    "offer_days",
    "who_may_apply",
    "time_zone",
)


def weeks_until(call: Call, first_day: date) -> int:
    """The fewest whole weeks by which its opening comes to this day or a later one."""
    opened_on = call.window.opens_at.astimezone(call.zone).date()
    return -((opened_on - first_day) // A_WEEK)


def name_taken(programme: Programme, name: str) -> bool:
    return programme.calls.filter(name__iexact=name.strip()).exists()


def reviewers_to_choose(call: Call) -> models.QuerySet[Reviewer]:
    """Those of the call who still hold the role; nobody else can be listed for another one."""
    return Reviewer.objects.active_for(call).select_related("user", "partner").order_by("user__name", "pk")


@transaction.atomic
def clone(
    source: Call,
    *,
    name: str,
    opens_at: datetime,
    closes_at: datetime,
    days: dict[str, date],
    reviewers: Collection[int] = (),
    by: User,
    now: datetime,
) -> Call:
    """A draft with everything that was set up for this call, on these days, and these of its reviewers.

    Raises NotAllowed for a name that another call has and for days that cannot be lived.
    """
    programme = Programme.objects.select_for_update(no_key=True).get(pk=source.programme_id)
    if name_taken(programme, name):
        raise WrongValue("name", _("Another call of the programme has this name. Choose another."))
    season_days.check(source, opens_at=opens_at, closes_at=closes_at, days=days)
    call = Call.objects.announce(
        programme=programme,
        name=name.strip(),
        slug=_free_slug(programme, name),
        is_draft=True,
        opens_at=opens_at,
        closes_at=closes_at,
        **days,
        **{column: getattr(source, column) for column in KEPT},
    )
    history.record("call.cloned", call, by=by, programme=programme, now=now, source=source.pk)
    _copy_form(source, call, by, now)
    rubric.arrange(
        call, [_copied(row, call=call, asks_earlier=False) for row in source.criteria.all()], by=by, now=now
    )
    if latest := terms.current(source):
        terms.change(call, latest.text, by=by, now=now)
    listed = reviewers_to_choose(source).filter(pk__in=reviewers)
    checks = source.eligibility_checks.all(), source.screening_rules.all()
    first = source.reminders.all(), *checks, listed
    rows = [_copied(row, call=call) for found in first for row in found]
    for row in (*rows, *_of_rooms_above(source, call)):
        changes.put(row, None, by=by, programme=programme, now=now, reason="")
    return call


def _free_slug(programme: Programme, name: str) -> str:
    wish = slugify(name)[:44] or "call"
    taken = set(programme.calls.values_list("slug", flat=True))
    number = 2
    slug = wish
    while slug in taken:
        slug, number = f"{wish}-{number}", number + 1
    return slug


def _copied(row: Row, **otherwise: Any) -> Row:
    """A new row with the same columns, but for these."""
    columns = {
        field.name: getattr(row, field.name) for field in row._meta.concrete_fields if not field.primary_key
    }
    return type(row)(**columns | otherwise)


def _copy_form(source: Call, call: Call, by: User, now: datetime) -> None:
    asked = []
    for section in source.sections.all():
        new = _copied(section, call=call)
        questions.save_section(new, by=by, now=now)
        asked += [_copied(question, call=call, section=new) for question in section.questions.all()]
    questions.arrange(call, asked, by=by, now=now)


def _of_rooms_above(source: Call, call: Call) -> Iterator[models.Model]:
    """What happens during the programme moves with its first day."""
    moved = _moved(source, call)
    for copy in copies:
        for row in copy(source, moved):
            row.call = call
            yield row


def _moved(source: Call, call: Call) -> Callable[[datetime], datetime]:
    """The same time on the wall, as many days on as the programme begins later; a time that the clocks skip moves to the
    next valid instant."""
    by = call.starts_on - source.starts_on

    def moved(at: datetime) -> datetime:
        zone = source.programme.zone
        wall = at.astimezone(zone).replace(tzinfo=None) + by
        return wall.replace(tzinfo=zone).astimezone(UTC)

    return moved


def what_comes_along(source: Call) -> list[tuple[str, int]]:
    """What is copied, and how much of it."""
    above = [row for copy in copies for row in copy(source, lambda at: at)]
    return [*what_is_set_up(source), (_("Events and perks of the programme"), len(above))]


def what_is_set_up(source: Call) -> list[tuple[str, int]]:
    """What a call is made of, and how much of it."""
    return [
        (_("Questions"), source.questions.count()),
        (_("Criteria of the rubric"), source.criteria.count()),
        (_("Checks of the screening"), source.eligibility_checks.count()),
        (_("Rules of the screening"), source.screening_rules.count()),
        (_("Reminders before the deadline"), source.reminders.count()),
        (_("Terms of the offers"), int(terms.current(source) is not None)),
    ]
