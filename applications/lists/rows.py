"""The lines of the list: what a manager may read of each application at one look, in few queries for many.

Of a draft, and of what was withdrawn, this is who writes it, how far it has come and where it stopped, never a word of
it. Of the others it is the version that counts. Columns of the startup are not read for that: they follow the draft.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from accelerator.models import TeamMember
from accelerator.records.history import HistoryChain
from applications.applying.models import Answer, Application, Attachment, Submission
from applications.lists.models import ApplicationLabel, ApplicationNote, Charge
from applications.questions import conditions
from applications.questions.models import Question
from applications.reviewing.models import Assignment
from applications.reviewing.sight import Sight

AT_ONCE = 500  # lines that an export holds in memory
Status, Eligibility = Application.Status, Application.Eligibility


@dataclass
class Row:
    pk: int
    public_id: str
    call_id: int
    name: str
    status: Application.Status
    started_at: datetime
    saved_at: datetime
    submitted_at: datetime | None
    eligibility: Application.Eligibility
    outcome: str  # "" where there is none, or none that may be shown
    answers: dict = field(default_factory=dict)  # of the version that counts; {} where there is none
    people: list[str] = field(default_factory=list)
    address: str = ""  # of the owner of the team
    labels: list[str] = field(default_factory=list)
    in_charge: str = ""
    notes: int = 0
    version: int = 0  # of its history, as acts on a page carry it
    reviews: int = 0
    answered: int = 0
    asked: int = 0
    stopped_at: str = ""  # the question that was written last

    @property
    def is_submitted(self) -> bool:
        return self.status == Status.SUBMITTED


def rows_of(sight: Sight, ids: Sequence[int]) -> list[Row]:
    """The lines of these applications, in this order; what may not be seen by now is left out."""
    found = {row.pk: row for row in _plain(sight, ids)}
    _add_versions(found)
    _add_people(found, ids)
    _add_progress(found, sight.call.listed_questions)
    _add_what_managers_set(found)
    finished = Assignment.objects.reviewed().filter(application__in=found)
    for pk, count in finished.values_list("application").annotate(Count("pk")):
        found[pk].reviews = count
    return [found[pk] for pk in ids if pk in found]


def each_row(sight: Sight, ids: Sequence[int]) -> Iterator[Row]:
    """The same one after the other, holding few at once."""
    for start in range(0, len(ids), AT_ONCE):
        yield from rows_of(sight, ids[start : start + AT_ONCE])


def _plain(sight: Sight, ids: Sequence[int]) -> Iterator[Row]:
    outcomes = dict(sight.call.decisions.model.Outcome.choices)
    columns = (
        "pk", "public_id", "startup__name", "status", "started_at", "saved_at", "submitted_at", "eligibility",
        "decision__outcome", "decision__decided_by",
    )  # fmt: skip
    for one in sight.all.filter(pk__in=ids).values(*columns):
        is_shown = not sight.is_veiled or one["decision__decided_by"] == sight.user.pk
        yield Row(
            pk=one["pk"],
            public_id=one["public_id"],
            call_id=sight.call.pk,
            name=one["startup__name"],
            status=Status(one["status"]),
            started_at=one["started_at"],
            saved_at=one["saved_at"],
            submitted_at=one["submitted_at"] if one["status"] == Status.SUBMITTED else None,
            eligibility=Eligibility(one["eligibility"]),
            outcome=str(outcomes.get(one["decision__outcome"], "")) if is_shown else "",
        )


def _add_versions(found: dict[int, Row]) -> None:
    standing = [pk for pk, row in found.items() if row.is_submitted]
    versions = Submission.objects.filter(application__in=standing).order_by("application", "-number")
    for pk, answers in versions.distinct("application").values_list("application", "content__answers"):
        found[pk].answers = answers or {}


def _add_people(found: dict[int, Row], ids: Sequence[int]) -> None:
    """Who is in the team, its owner first."""
    team = TeamMember.objects.filter(left_at=None, startup__applications__in=found)
    columns = ("startup__applications", "user__name", "user__email", "is_owner")
    for pk, name, address, is_owner in team.order_by("-is_owner", "joined_at", "pk").values_list(*columns):
        if pk in found:  # the startup may have applied elsewhere too
            found[pk].people.append(name or address)
            if is_owner:
                found[pk].address = address


def _add_what_managers_set(found: dict[int, Row]) -> None:
    labels = ApplicationLabel.objects.filter(application__in=found).order_by("label__name")
    for pk, name in labels.values_list("application", "label__name"):
        found[pk].labels.append(name)
    charges = Charge.objects.filter(application__in=found)
    for pk, name, address in charges.values_list("application", "person__name", "person__email"):
        found[pk].in_charge = name or address
    notes = ApplicationNote.objects.filter(application__in=found).order_by()
    for pk, count in notes.values_list("application").annotate(Count("pk")):
        found[pk].notes = count


def add_versions_of_history(of_page: Sequence[Row]) -> None:
    """What a page with acts carries, in one query for all its lines."""
    kept = HistoryChain.objects.filter(object_type=Application._meta.label_lower)
    lengths = dict(kept.filter(object_id__in=[row.pk for row in of_page]).values_list("object_id", "length"))
    for row in of_page:
        row.version = lengths.get(row.pk, 0)


def _add_progress(found: dict[int, Row], questions: Sequence[Question]) -> None:
    """How many of the questions that are asked of it are answered, and which was written last. What the answers say is not
    read, but for those that decide which questions are asked."""
    unfinished = [pk for pk, row in found.items() if not row.is_submitted]
    labels = {question.key: str(question.label) for question in questions}
    given: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    answers = Answer.objects.filter(application__in=unfinished, key__in=labels, value__isnull=False)
    for pk, key, at in answers.values_list("application", "key", "at"):
        given[pk].append((at, key))
    files = Attachment.objects.filter(
        application__in=unfinished, question_key__in=labels, replaced_at__isnull=True
    )
    for pk, key, at in files.values_list("application", "question_key", "file__uploaded_at"):
        given[pk].append((at, key))
    deciding: dict[int, dict] = defaultdict(dict)
    if keys := {question.shown_if["question"] for question in questions if question.shown_if}:
        for pk, key, value in answers.filter(key__in=keys).values_list("application", "key", "value"):
            deciding[pk][key] = value
    places = {key: place for place, key in enumerate(labels)}
    for pk in unfinished:
        left_out = conditions.not_asked(questions, deciding[pk].get) if keys else set()
        written = [(at, places[key], key) for at, key in given[pk] if key not in left_out]
        row = found[pk]
        row.asked, row.answered = len(labels) - len(left_out), len({key for *_when, key in written})
        if written:
            row.stopped_at = labels[max(written)[2]]
