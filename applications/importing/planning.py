"""What importing a table of applications would bring to its call, line by line. Nothing is written."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.imports.tables import ReadTable
from accelerator.models import Role, Startup, TeamMember, User
from accelerator.records.addresses import canonical
from accelerator.records.names import canonical_name
from applications.applying.drafts import could_read
from applications.calls.models import Call
from applications.importing import answers, days
from applications.importing.columns import EMAIL, NAME, QUESTION, RECEIVED, STARTUP, STATUS, THEIR_ID
from applications.importing.models import ImportedApplication, TableToImport
from applications.importing.plans import ImportPlan, LineFate, PlannedLine, ReadCells, Wishes
from applications.questions import form as call_form
from applications.questions.models import Question

NOT_SUBMITTED = {
    "draft", "incomplete", "partial", "partially complete", "in progress", "started", "not submitted",
    "unsubmitted", "saved", "abandoned", "brouillon", "entwurf", "unvollstandig",
}  # fmt: skip
NOT_WANTED = {"withdrawn", "spam", "deleted", "archived", "cancelled", "canceled", "duplicate", "test"}
LONGEST_NAME = Startup._meta.get_field("name").max_length or 120


def plan(stored: TableToImport, *, by: User, now: datetime) -> ImportPlan:
    """Every line with its fate. Few queries, however many lines there are."""
    call, table, wishes = stored.call, stored.table, Wishes.of(stored.wishes)
    reading = _Reading(call, table, wishes, now)
    lines = [reading.line(ReadCells(table, line, wishes), line.number) for line in table.lines]
    _compare(call, lines, by)
    return ImportPlan(lines)


class _Reading:
    """What the lines say, each by itself."""

    def __init__(self, call: Call, table: ReadTable, wishes: Wishes, now: datetime):
        self.call, self.now, options = call, now, wishes.options
        self.questions = [q for q in call.listed_questions if not q.is_file]
        self.form: Any = call_form.form_class(call.listed_questions, complete=True)
        self.day_first = options.get("day_first", True)
        self.zone = UTC if options.get("clock") == "utc" else call.zone
        self.without_unfit = options.get("without_unfit", False)
        self.received_on = _noon(options.get("received_on"), call)

    def line(self, cells: ReadCells, number: int) -> PlannedLine:
        line = PlannedLine(number)
        self._who(line, cells)
        if why := _why_left_out(cells.one(STATUS)):
            line.fate, line.problems = LineFate.NEW, []
            line.rests(LineFate.OUT, why)
            return line
        self._when(line, cells)
        self._answers(line, cells)
        return line

    def _who(self, line: PlannedLine, cells: ReadCells) -> None:
        try:
            line.name = canonical_name(cells.one(STARTUP))
            owner = canonical_name(cells.one(NAME))[:LONGEST_NAME]
        except ValidationError as error:
            line.name, owner = "", ""
            line.is_wrong(in_column(cells.heading(STARTUP), " ".join(error.messages)))
        else:
            if not line.name:
                line.is_wrong(in_column(cells.heading(STARTUP), _("It has no name. Write it there.")))
        if len(line.name) > LONGEST_NAME:
            words = _("The name is longer than %(most)d signs. Shorten it.") % {"most": LONGEST_NAME}
            line.is_wrong(in_column(cells.heading(STARTUP), words))
        line.email = address(line, cells)
        line.said["owner"] = owner
        line.said["their_id"] = cells.one(THEIR_ID)[:200]

    def _when(self, line: PlannedLine, cells: ReadCells) -> None:
        """A version counts if it came before the deadline; of what was written elsewhere, the table says when."""
        said = cells.one(RECEIVED)
        line.received_at = self.received_on
        if said:
            line.received_at = days.moment(said, self.zone, day_first=self.day_first)
            if line.received_at is None:
                sentence = _("“%(said)s” is no time that we can read. Write it as 2023-11-28 14:30.")
                line.is_wrong(in_column(cells.heading(RECEIVED), sentence % {"said": said[:40]}))
                return
        deadline = self.call.window.deadline
        if line.received_at is None:
            if self.now >= deadline:
                line.is_wrong(_("The call has closed, so say when it was submitted: in a column, or above."))
            return
        words = {
            "when": wording.moment(line.received_at, self.call.zone, weekday=False),
            "deadline": wording.deadline(deadline, self.call),
        }
        if line.received_at >= deadline:
            line.is_wrong(
                _(
                    "It was submitted on %(when)s, after the deadline of this call (%(deadline)s). Take the line out, or "
                    "extend the deadline first."
                )
                % words
            )
        elif line.received_at > self.now:
            line.is_wrong(_("It was submitted on %(when)s, which is still to come.") % words)

    def _answers(self, line: PlannedLine, cells: ReadCells) -> None:
        data = {q.key: self._posted(q, line, cells) for q in self.questions}
        form = self.form(MultiValueDict({key: values for key, values in data.items() if values}))
        wrong = form.errors.as_data()
        labels = {question.key: str(question.label) for question in self.call.listed_questions}
        typed, missing = form.answers(), []
        for key, errors in wrong.items():
            if errors[0].code == "required":
                missing.append(labels[key])
            elif errors[0].code == "too_many_words":
                line.notes.append(
                    _("%(question)s: longer than asked for; it stays as it is.") % {"question": labels[key]}
                )
            elif self.without_unfit:
                line.notes.append(
                    _("%(question)s: “%(said)s” is left out.")
                    % {"question": labels[key], "said": _short(call_form.as_typed(typed.get(key)))}
                )
                typed.pop(key, None)
            else:
                said, why = _short(call_form.as_typed(typed.get(key))), self._why(key, errors[0])
                line.is_wrong(f"{self._place(cells, key, labels[key])}: “{said}”. {why}")
        if missing:
            line.notes.append(_("Not answered: %(questions)s.") % {"questions": wording.list_of(missing)})
        line.said["answers"] = {key: value for key, value in typed.items() if value is not None}

    def _posted(self, question: Question, line: PlannedLine, cells: ReadCells) -> list[str]:
        if question.fills == "name":
            return [line.name] if line.name else []
        said = cells.all(f"{QUESTION}{question.key}")
        return answers.posted(question, said, day_first=self.day_first)

    def _why(self, key: str, error: ValidationError) -> str:
        """What is wrong with an answer; of a choice, which ones there are."""
        question = next(one for one in self.questions if one.key == key)
        if error.code == "invalid_choice" and question.choices:
            offered = wording.list_of(call_form.choices_in_words(question))
            return _("That is none of the choices: %(choices)s.") % {"choices": _short(offered, 200)}
        if error.code == "invalid_choice" and question.kind == "country":
            return _("We know no country of this name.")
        return " ".join(error.messages)

    @staticmethod
    def _place(cells: ReadCells, key: str, label: str) -> str:
        return _("Column “%(heading)s”") % {"heading": cells.heading(f"{QUESTION}{key}") or label}


def _why_left_out(state: str) -> str:
    """Why a line is left out by its own state, as a sentence; "" for one that was submitted."""
    if answers.plain(state) in NOT_SUBMITTED:
        return _("It was not submitted there (“%(state)s”).") % {"state": state}
    if answers.plain(state) in NOT_WANTED:
        return _("It does not stand there any more (“%(state)s”).") % {"state": state}
    return ""


def address(line: PlannedLine, cells: ReadCells) -> str:
    said = cells.one(EMAIL)
    try:
        if said:
            return canonical(said)
        line.is_wrong(in_column(cells.heading(EMAIL), _("There is no e-mail address. Write it there.")))
    except ValidationError as error:
        line.is_wrong(in_column(cells.heading(EMAIL), " ".join(error.messages)))
    return said[:80]


def in_column(heading: str, sentence: str) -> str:
    return _("Column “%(heading)s”: %(sentence)s") % {"heading": heading, "sentence": sentence}


def _short(said: str, most: int = 60) -> str:
    return said if len(said) <= most else f"{said[: most - 1]}…"


def _noon(day: str | None, call: Call) -> datetime | None:
    return datetime.combine(date.fromisoformat(day), time(12), call.zone).astimezone(UTC) if day else None


# --- Beside each other, and beside what is there --------------------------------------------------------
def _compare(call: Call, lines: list[PlannedLine], by: User) -> None:
    known = _known(call, lines)
    barred = _who_could_read(call, {line.email for line in lines})
    their_ids = set(
        ImportedApplication.objects.filter(call=call).exclude(their_id="").values_list("their_id", flat=True)
    )
    inactive = set(
        User.objects.filter(email__in={line.email for line in lines}, is_active=False).values_list(
            "email", flat=True
        )
    )
    first: dict[Any, int] = {}
    for line in lines:
        if line.fate is LineFate.OUT:
            continue
        key, their_id = (line.email, line.name.casefold()), line.said["their_id"]
        is_here = (their_id and their_id in their_ids) or key[1] in known[line.email]
        same = first.get(("id", their_id)) if their_id else None
        same = same or first.get(key)
        if is_here:
            line.fate, line.problems = LineFate.NEW, []
            line.rests(LineFate.HERE, _("It is in this call already. Nothing of it is changed."))
        elif same and line.name and line.email:
            line.is_wrong(
                _(
                    "It is the same startup and owner as in line %(number)d. Take out the one that does not count."
                )
                % {"number": same}
            )
        elif line.email == by.email:
            line.is_wrong(_("This is your own address. Ask another manager to import what you applied with."))
        elif line.email in barred:
            line.is_wrong(
                _("Its owner could read what others have submitted, because of a role in the programme.")
            )
        elif line.email in inactive:
            line.is_wrong(_("The account with this address is closed. Ask its owner for another one."))
        if their_id:
            first.setdefault(("id", their_id), line.number)
        first.setdefault(key, line.number)


def _known(call: Call, lines: Iterable[PlannedLine]) -> dict[str, set[str]]:
    """The startups by name that apply to this call, under the address of everybody in their teams."""
    found: dict[str, set[str]] = defaultdict(set)
    team = TeamMember.objects.filter(
        Q(startup__applications__call=call), left_at=None, user__email__in={line.email for line in lines}
    )
    for email, name in team.values_list("user__email", "startup__name"):
        found[email].add(name.casefold())
    return found


def _who_could_read(call: Call, emails: set[str]) -> set[str]:
    """Those of them who cannot apply, because they review or manage here. Few have a role, so each is asked by itself."""
    with_role = Role.objects.filter(programme=call.programme_id, user__email__in=emails).values("user")
    people = User.objects.filter(pk__in=with_role)
    runs = set(
        Role.objects.live()
        .filter(programme=call.programme_id, kind__in=[Role.Kind.MANAGER, Role.Kind.REVIEWER])
        .filter(user__in=people)
        .values_list("user", flat=True)
    )
    return {one.email for one in people if one.pk in runs or could_read(call, one)}
