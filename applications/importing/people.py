"""What importing a table of reviewers or mentors would bring, line by line. Nothing is written."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.models import Invitation, Partner, Role, User
from accelerator.records.names import canonical_name
from accelerator.typed import given
from applications.calls.models import Call
from applications.importing.answers import plain
from applications.importing.columns import CAPACITY, NAME, ORGANISATION, TOPICS
from applications.importing.models import TableToImport
from applications.importing.planning import address, in_column
from applications.importing.plans import ImportPlan, LineFate, PlannedLine, ReadCells, Wishes
from applications.reviewing.models import Reviewer

MOST_REVIEWS = 500
_BETWEEN = re.compile(r"[,;|\n]")


def plan(stored: TableToImport, *, by: User, now: datetime) -> ImportPlan:
    call, table, wishes = stored.call, stored.table, Wishes.of(stored.wishes)
    programme = call.programme
    partners = {plain(said): one for one in programme.partners.all() for said in (str(one.name), one.slug)}
    topics = {plain(said): one.key for one in programme.topics.all() for said in (str(one.label), one.key)}
    lines = []
    for read in table.lines:
        line, cells = PlannedLine(read.number), ReadCells(table, read, wishes)
        _who(line, cells)
        _organisation(line, cells, partners)
        if stored.of == TableToImport.Of.REVIEWERS:
            _knows(line, cells, topics)
            _promises(line, cells)
        lines.append(line)
    _compare(call, stored.of, lines, now)
    return ImportPlan(lines)


def _who(line: PlannedLine, cells: ReadCells) -> None:
    line.email = address(line, cells)
    try:
        line.name = canonical_name(cells.one(NAME))[:120]
    except ValidationError as error:
        line.is_wrong(in_column(cells.heading(NAME), " ".join(error.messages)))


def _organisation(line: PlannedLine, cells: ReadCells, partners: dict[str, Partner]) -> None:
    said = cells.one(ORGANISATION)
    line.said["partner"] = None
    if not said:
        return
    if found := partners.get(plain(said)):
        line.said["partner"] = found.pk
        return
    known = wording.list_of(dict.fromkeys(str(one.name) for one in partners.values()))
    sentence = _(
        "“%(said)s” is no organisation of this programme. Write one of these, or nothing: %(known)s."
    )
    line.is_wrong(in_column(cells.heading(ORGANISATION), sentence % {"said": said[:60], "known": known}))


def _knows(line: PlannedLine, cells: ReadCells, topics: dict[str, str]) -> None:
    """What the programme has no topic for is left out, and named."""
    said = [part.strip() for cell in cells.all(TOPICS) for part in _BETWEEN.split(cell) if part.strip()]
    line.said["topics"] = list(dict.fromkeys(topics[plain(one)] for one in said if plain(one) in topics))
    if unknown := [one for one in said if plain(one) not in topics]:
        names = wording.list_of(unknown)[:200]
        line.notes.append(_("No topic of this programme, so left out: %(names)s.") % {"names": names})


def _promises(line: PlannedLine, cells: ReadCells) -> None:
    said = cells.one(CAPACITY)
    line.said["capacity"] = number = given.number(said)
    if said and (number is None or not 1 <= number <= MOST_REVIEWS):
        sentence = _("“%(said)s” is no number of reviews from 1 to %(most)d.")
        words = {"said": said[:40], "most": MOST_REVIEWS}
        line.is_wrong(in_column(cells.heading(CAPACITY), sentence % words))


def _compare(call: Call, of: str, lines: list[PlannedLine], now: datetime) -> None:
    emails = {line.email for line in lines}
    kind = Role.Kind.REVIEWER if of == TableToImport.Of.REVIEWERS else Role.Kind.MENTOR
    held = Role.objects.live().filter(programme=call.programme_id, kind=kind, user__email__in=emails)
    holders = set(held.values_list("user__email", flat=True))
    asked = Invitation.objects.open(now).filter(programme=call.programme_id, kind=kind, email__in=emails)
    open_ones = set(asked.values_list("email", flat=True))
    listed: set[str] = holders
    applied: set[str] = set()
    if kind == Role.Kind.REVIEWER:
        listed = set(
            Reviewer.objects.filter(call=call, user__email__in=emails).values_list("user__email", flat=True)
        )
        applied = set(call.applicants.filter(user__email__in=emails).values_list("user__email", flat=True))
    first: dict[str, int] = {}
    for line in lines:
        if line.email in first:
            line.is_wrong(_("It is the same address as in line %(number)d.") % {"number": first[line.email]})
        elif line.email in applied:
            line.is_wrong(_("This person applied to the call, and cannot review it."))
        elif line.email in listed & holders:
            line.rests(LineFate.HERE, _("Here already."))
        elif line.email in open_ones:
            line.rests(LineFate.HERE, _("Asked in already; nothing is sent twice."))
        elif line.fate is LineFate.NEW:
            line.notes.insert(0, _how(line.email in holders))
        first.setdefault(line.email, line.number)


def _how(is_holder: bool) -> str:
    if is_holder:
        return _("Reviews here already, so is listed for this call at once, without a mail.")
    return _("Is asked in by a mail with a link.")
