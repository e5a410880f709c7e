"""A programme as one TOML file: read, checked as a whole, and brought into the database in one transaction.

Each application adds the tables of the file that it owns in its own `programme_file.py`:

    @programme_file.table("perks", list[Perk])
    def load_perks(loading, entries): …

What is wrong is said with file, line and remedy, all of it at once. Loading the same file twice changes nothing.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from pydantic import Field, ValidationError, create_model

from accelerator import history, wording
from accelerator.policies import publishing
from accelerator.policies.models import ConductContact, Policy
from accelerator.programmes import differences, written
from accelerator.programmes.entries import (
    Accent,
    Email,
    Entry,
    Key,
    Line,
    Name,
    OptionalText,
    PartnerSlug,
    Surroundings,
    Text,
    Website,
    Zone,
    problems,
    resolve,
    short,
    unique,
)
from accelerator.programmes.toml_lines import Path, lines
from accelerator.records.fields import LocalisedTextField, localised
from accelerator.records.people import User
from accelerator.records.programmes import Partner, Programme
from accelerator.registry import discover

LOAD_LOCK = 7_140_002  # advisory lock: two loads at once would each add the same rows


class FileRefused(Exception):
    """The file cannot be loaded. Each line of the message says file, line and remedy."""


@dataclass(frozen=True)
class Table:
    name: str
    kind: Any
    load: Callable[["Loading", Any], None]


tables: list[Table] = []


def table(name: str, kind):
    """Decorate the function that loads this table of the file. `kind` is an Entry, or a list of them."""

    def register(load: Callable[["Loading", Any], None]):
        tables.append(Table(name, kind, load))
        return load

    return register


@dataclass
class ProgrammeFile:
    """A file that was read and found right."""

    name: str
    entries: Any
    known: dict[Path, int]

    def refusal(self, sentence: str, *at: str | int) -> FileRefused:
        return FileRefused(f"{self.name}, line {self.known[resolve(at, self.known)]}: {sentence}")


@dataclass
class Loading:
    """One load on its way: the programme so far, and what differed from the database."""

    file: ProgrammeFile
    now: Any
    programme: Programme = field(default_factory=Programme)
    partners: dict[str, Partner] = field(default_factory=dict)
    added: Counter = field(default_factory=Counter)
    changed: Counter = field(default_factory=Counter)
    removed: Counter = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # every difference, as a sentence
    allow_removal: bool = True
    by: User | None = None  # nobody in a preview, and where no person loads it
    unasked: list[str] = field(default_factory=list)  # what would be removed, and nobody asked for it
    _surplus: list = field(default_factory=list)

    def save(self, row: models.Model, **values) -> models.Model:
        """Bring one row to these values; writes only when something differs."""
        if self.differs(row, **values):
            row.save()
        return row

    def differs(self, row: models.Model, **values) -> bool:
        """Set these values, and count the row where that is a change. Whoever asks saves it, by a verb for example."""
        values = {name: _as_stored(row, name, value) for name, value in values.items()}
        differing = [name for name, value in values.items() if getattr(row, name, None) != value]
        if not (row._state.adding or differing):
            return False
        before = {name: getattr(row, name, None) for name in differing}
        for name, value in values.items():
            setattr(row, name, value)
        if row._state.adding:
            self.note_added(type(row), differences.added(row))
        else:
            self.note_changed(type(row), *differences.changed(row, before))
        return True

    def note_added(self, model: type[models.Model], sentence: str) -> None:
        self.added[model] += 1
        self.said.append(sentence)

    def note_changed(self, model: type[models.Model], *sentences: str) -> None:
        self.changed[model] += 1
        self.said += sentences

    def note_removed(self, rows: Iterable[models.Model]) -> None:
        """What the file no longer has. Whoever loads it must have asked for that, or nothing is loaded."""
        for row in rows:
            self.removed[type(row)] += 1
            self.said.append(differences.removed(row))
            if not self.allow_removal:
                self.unasked.append(differences.named(row))

    def sync(self, rows, by: tuple[str, ...], wanted: list[dict], *at: str | int) -> list:
        """Make a related manager's rows the wanted ones, known again by these columns, in the order of the file.

        Rows that the file no longer has are removed at the end of the load, those that others refer to first.
        """
        pairs, surplus = self.matched(rows, by, wanted)
        self._surplus += [(row, at) for row in surplus]
        return [self.save(row, **values) for row, values in pairs]

    def matched(self, rows, by: tuple[str, ...], wanted: list[dict]) -> tuple[list[tuple], list]:
        """Each wanted entry's row, known again by these columns or new, with its values; and the rows that nobody wants."""
        existing = {tuple(getattr(row, name) for name in by): row for row in rows.all()}
        is_placed = any(column.name == "position" for column in rows.model._meta.fields)
        if is_placed and "position" in by:
            wanted = [{**values, "position": position} for position, values in enumerate(wanted)]
        keys = [tuple(values[name] for name in by) for values in wanted]
        if is_placed and not _stand_in_order(existing, dict(zip(keys, wanted, strict=True))):
            wanted = [{**values, "position": position} for position, values in enumerate(wanted)]
        pairs = []
        for key, values in zip(keys, wanted, strict=True):
            row = existing.pop(key, None) or rows.model(**{rows.field.name: rows.instance})
            pairs.append((row, values))
        return pairs, list(existing.values())

    def remove_surplus(self) -> None:
        for row, at in reversed(self._surplus):
            self.note_removed([row])
            try:
                row.delete()
            except models.ProtectedError as error:
                users = {str(user._meta.verbose_name_plural) for user in error.protected_objects}
                raise self.file.refusal(
                    f"the {row._meta.verbose_name} “{row}” is missing here, but {' and '.join(sorted(users))} "
                    "refer to it; put it back into the file",
                    *at,
                ) from error

    @property
    def differences(self) -> int:
        """How many rows were not yet as the file says."""
        return sum((self.added + self.changed + self.removed).values())

    def summary(self) -> str:
        """What was done, in one line."""
        said = [
            f"{verb} {_counted(counts)}"
            for verb, counts in (("added", self.added), ("changed", self.changed), ("removed", self.removed))
            if counts
        ]
        return f"{self.programme.name}: {'; '.join(said) or 'nothing changed'}."


def _stand_in_order(existing: dict[tuple, Any], wanted: dict[tuple, dict]) -> bool:
    """All rows are there, in the order of the file and in their sections: then the numbers of their places may be any."""
    if list(existing) != list(wanted):
        return False
    return all(
        "section" not in values or existing[key].section_id == values["section"].pk
        for key, values in wanted.items()
    )


def _as_stored(row: models.Model, name: str, value):
    column = row._meta.get_field(name)
    return localised(value) if isinstance(column, LocalisedTextField) else value


def _counted(counts: Counter) -> str:
    return ", ".join(
        f"{number} {model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural}"
        for model, number in counts.items()
    )


# --- Reading and loading ----------------------------------------------------------------------------------


def read(text: str, name: str) -> ProgrammeFile:
    """Check the whole text; raises FileRefused with everything that is wrong in it."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        number = line.group(1) if line else len(text.splitlines())
        fault = re.sub(r" \(at .*\)$", "", str(error))
        raise FileRefused(
            f"{name}, line {number}: this is not TOML ({fault}); check the quotes, brackets and keys there"
        ) from error
    discover("programme_file")  # not at start: a web worker reads no file, and the entries are large
    known = lines(text)
    fields: dict[str, Any] = {"format": (Literal[1], ...)}
    fields |= {t.name: (t.kind, [] if t.name != "programme" else ...) for t in tables}
    form = create_model("Programme file", __base__=Entry, **fields)
    try:
        entries = form.model_validate(data, context=Surroundings.of(data))
    except ValidationError as error:
        found = [problem for fault in error.errors(include_url=False) for problem in problems(fault, known)]
        found.sort(key=lambda problem: known[problem[0]])
        raise FileRefused(
            "\n".join(f"{name}, line {known[at]}: {_ended(sentence)}" for at, sentence in found)
        ) from error
    return ProgrammeFile(name, entries, known)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("?", "…")) else f"{sentence}."


def preview(file: ProgrammeFile, *, now: datetime) -> Loading:
    """What loading the file would come to, said in full; the database stays as it is. Raises FileRefused as `load` does,
    but for what it would remove."""
    with transaction.atomic():
        loading = _load(file, now, allow_removal=True)
        transaction.set_rollback(True)
    return loading


@transaction.atomic
def load(
    file: ProgrammeFile, *, by: User | None = None, allow_removal: bool = False, now: datetime
) -> Loading:
    """Bring the database to what the file says. Raises FileRefused, and then nothing has changed.

    What stands in the database and not in the file is removed only with `allow_removal`.
    """
    loading = _load(file, now, allow_removal=allow_removal, by=by)
    if loading.unasked:
        raise FileRefused(
            f"{file.name}: this file no longer has {wording.list_of(loading.unasked)}; put that back, or load it with "
            "--allow-removal"
        )
    if loading.differences:
        history.record(
            "programme.loaded",
            loading.programme,
            by=by,
            programme=loading.programme,
            now=now,
            file=file.name,
            summary=loading.summary(),
        )
    return loading


def _load(file: ProgrammeFile, now: datetime, *, allow_removal: bool, by: User | None = None) -> Loading:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
    loading = Loading(file, now, allow_removal=allow_removal, by=by)
    for each in tables:
        each.load(loading, getattr(file.entries, each.name))
    loading.remove_surplus()
    return loading


# --- The tables of this application -----------------------------------------------------------------------


Months = Annotated[int, Field(ge=1, le=120)]


class ProgrammeEntry(Entry):
    slug: Key
    name: Name
    place: Line
    time_zone: Zone
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] = "en"
    statement: Annotated[Text, short(90)]
    summary: Text
    contact: Email
    accent: Accent | None = None
    sender_name: Line | None = None
    sender_email: Email | None = None
    drafts_kept_months: Months | None = None
    rejected_kept_months: Months | None = None
    agreed_kept_months: Months | None = None
    members_kept_months: Months | None = None


class PartnerEntry(Entry):
    slug: Key
    name: Name
    website: Website = ""
    gives: OptionalText = {}
    about: OptionalText = {}
    domains: list[str] = []
    lead: bool = False


class BenefitEntry(Entry):
    title: Text
    text: Text
    partner: PartnerSlug | None = None


class QuestionAndAnswer(Entry):
    question: Text
    answer: Text


class TopicEntry(Entry):
    key: Key
    label: Text


@table("programme", ProgrammeEntry)
def load_programme(loading: Loading, entry: ProgrammeEntry) -> None:
    row = Programme.objects.filter(slug=entry.slug).first() or Programme()
    loading.save(row, **entry.model_dump(exclude_none=True))
    loading.programme = row


@written.table("programme")
def programme_as_entry(programme: Programme) -> dict:
    return written.entry(ProgrammeEntry, programme)


@table("partners", Annotated[list[PartnerEntry], unique("slug")])
def load_partners(loading: Loading, entries: list[PartnerEntry]) -> None:
    wanted = [
        {"slug": entry.slug, "is_lead": entry.lead, **entry.model_dump(exclude={"slug", "lead"})}
        for entry in entries
    ]
    partners = loading.sync(loading.programme.partners, ("slug",), wanted, "partners")
    loading.partners = {partner.slug: partner for partner in partners}


@written.table("partners")
def partners_as_entries(programme: Programme) -> list[dict]:
    return [written.entry(PartnerEntry, row, lead=row.is_lead) for row in programme.partners.all()]


@table("benefits", list[BenefitEntry])
def load_benefits(loading: Loading, entries: list[BenefitEntry]) -> None:
    wanted = [
        {"title": e.title, "text": e.text, "partner": loading.partners.get(e.partner or "")} for e in entries
    ]
    loading.sync(loading.programme.benefits, ("position",), wanted, "benefits")


@written.table("benefits")
def benefits_as_entries(programme: Programme) -> list[dict]:
    rows = programme.benefits.select_related("partner")
    return [written.entry(BenefitEntry, row, partner=row.partner and row.partner.slug) for row in rows]


@table("faq", list[QuestionAndAnswer])
def load_frequent_questions(loading: Loading, entries: list[QuestionAndAnswer]) -> None:
    wanted = [entry.model_dump() for entry in entries]
    loading.sync(loading.programme.frequent_questions, ("position",), wanted, "faq")


@written.table("faq")
def faq_as_entries(programme: Programme) -> list[dict]:
    return [written.entry(QuestionAndAnswer, row) for row in programme.frequent_questions.all()]


@table("topics", Annotated[list[TopicEntry], unique("key")])
def load_topics(loading: Loading, entries: list[TopicEntry]) -> None:
    loading.sync(loading.programme.topics, ("key",), [entry.model_dump() for entry in entries], "topics")


@written.table("topics")
def topics_as_entries(programme: Programme) -> list[dict]:
    return [written.entry(TopicEntry, row) for row in programme.topics.all()]


class ContactEntry(Entry):
    name: Name
    email: Email


class PoliciesEntry(Entry):
    privacy: Text | None = None
    undertaking: Text | None = None
    conduct: Text | None = None
    imprint: Text | None = None
    conduct_contacts: list[ContactEntry] = []


@table("policies", PoliciesEntry | None)
def load_policies(loading: Loading, entry: PoliciesEntry | None) -> None:
    if not entry:
        return
    for kind in Policy.Kind.values:
        text = getattr(entry, kind)
        made = text and publishing.publish(loading.programme, kind, text, by=None, now=loading.now)
        if made:
            note = loading.note_added if made.number == 1 else loading.note_changed
            note(Policy, differences.new_version(made.get_kind_display(), made.number))
    wanted = [(contact.name, contact.email) for contact in entry.conduct_contacts]
    if wanted and publishing.name_contacts(loading.programme, wanted, by=None, now=loading.now):
        loading.note_changed(ConductContact, _("Other people read the private line of the code of conduct."))


@written.table("policies")
def policies_as_entry(programme: Programme) -> dict:
    texts = {policy.kind: policy.text for policy in Policy.objects.filter(programme=programme).current()}
    contacts = [written.entry(ContactEntry, row) for row in programme.conduct_contacts.all()]
    return written.entry(
        PoliciesEntry, conduct_contacts=contacts, **{kind: texts.get(kind) for kind in Policy.Kind.values}
    )
