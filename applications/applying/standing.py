"""How an application stands: which version is in, what its draft has that the version has not, and what is missing.

Reads only. `of_each` asks for many applications with as few queries as for one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import prefetch_related_objects

from accelerator import wording
from accelerator.records.fields import localised
from applications.applying import comparing, receipts
from applications.applying.models import Application, Attachment, Submission
from applications.calls.models import Call
from applications.questions import form as call_form
from applications.questions.models import Question

KEPT_FOR_COPYING = timedelta(days=31)  # after the close: what did not get in, word by word


@dataclass(frozen=True)
class Change:
    """An answer that reads otherwise in the draft than in the version that counts."""

    key: str
    label: str
    before: str
    after: str

    @property
    def anchor(self) -> str:
        return f"id_{self.key}"

    @cached_property
    def pieces(self) -> list[comparing.Piece]:
        return comparing.pieces(self.before, self.after)


class ApplicationStanding:
    """One application at one moment. What it says is worked out when it is asked for."""

    def __init__(
        self,
        application: Application,
        now: datetime,
        *,
        questions: list[Question],
        attached: dict | None,
        version: Submission | None,
        missing: list[call_form.Problem] | None = None,
    ):
        self.application, self.now = application, now
        self.questions, self.last = questions, version
        self._attached = attached
        self._missing = missing

    @cached_property
    def attached(self) -> dict:
        """Its files; asked for only where something is said of the draft, when nobody had them at hand."""
        if self._attached is not None:
            return self._attached
        return _files([self.application]).get(self.application.pk, {})

    @property
    def closes_at(self) -> datetime:
        return closes_at(self.application)

    @property
    def is_open(self) -> bool:
        return self.application.is_editable(self.now)

    @property
    def version(self) -> Submission | None:
        """The version that counts; a withdrawn application has none, nor has one that was reopened."""
        return self.last if self.application.is_submitted else None

    @property
    def stamp(self) -> str:
        """Another one whenever what a page shows of the application is no longer so."""
        number = self.last.number if self.last else 0
        is_open = "open" if self.is_open else "closed"
        return f"{self.application.status}-{self.application.draft_version}-{number}-{is_open}"

    @property
    def distance(self) -> str:
        return wording.until(self.closes_at, self.now, self.application.call.zone)

    @cached_property
    def changes(self) -> list[Change]:
        """What the draft has and the version that counts has not, in the order of the form."""
        if self.version is None or self.version.of_draft == self.application.draft_version:
            return []
        return changes(self.version.content, content(self.application, self.questions, self.attached))

    @cached_property
    def missing(self) -> list[call_form.Problem]:
        """What stands between the draft and its submit."""
        if self._missing is not None:
            return self._missing
        return call_form.problems(self.application.answers, self.questions, self.attached)

    @property
    def is_all_in(self) -> bool:
        """Submitted, and nothing has changed since."""
        return self.version is not None and not self.changes

    @property
    def can_submit(self) -> bool:
        return self.is_open and not self.is_all_in and not self.missing

    @property
    def left_out(self) -> list[Change]:
        """After the close, for a month: what had been written and did not get in."""
        if self.is_open or self.application.is_withdrawn or self.now >= self.closes_at + KEPT_FOR_COPYING:
            return []
        return self.changes


def closes_at(application: Application) -> datetime:
    """The deadline of this application: the first instant that is too late."""
    return application.deadline


def of(
    application: Application,
    now: datetime,
    *,
    attached: dict | None = None,
    missing: list[call_form.Problem] | None = None,
    version: Submission | None = None,
) -> ApplicationStanding:
    """How one application stands. A page that has its files, its problems or its last version at hand gives them."""
    if version is None and application.submitted_at:
        version = application.last_version
    return ApplicationStanding(
        application,
        now,
        questions=application.call.listed_questions,
        attached=attached,
        version=version,
        missing=missing,
    )


def of_each(applications: Iterable[Application], now: datetime) -> list[ApplicationStanding]:
    """The same for each of these, in the same order."""
    listed = list(applications)
    prefetch_related_objects(listed, "answer_rows")
    calls: dict[int, Call] = {}
    for application in listed:  # applications to one call share its questions
        application.call = calls.setdefault(application.call_id, application.call)
    questions = _questions(calls.values())
    files, versions = _files(listed), _last_versions(listed)
    return [
        ApplicationStanding(
            application,
            now,
            questions=questions[application.call_id],
            attached=files.get(application.pk, {}),
            version=versions.get(application.pk),
        )
        for application in listed
    ]


def _questions(calls: Iterable[Call]) -> dict[int, list[Question]]:
    found: dict[int, list[Question]] = {call.pk: [] for call in calls}
    for question in Question.objects.filter(call__in=list(found)).select_related("section"):
        found[question.call_id].append(question)
    return found


def _files(applications: list[Application]) -> dict[int, dict]:
    """Application → question key → the stored file that answers it now."""
    found: dict[int, dict] = {}
    current = Attachment.objects.filter(application__in=applications, replaced_at=None).select_related("file")
    for attachment in current:
        found.setdefault(attachment.application_id, {})[attachment.question_key] = attachment.file
    return found


def _last_versions(applications: list[Application]) -> dict[int, Submission]:
    known = Submission.objects.filter(application__in=[a for a in applications if a.submitted_at])
    last = known.order_by("application", "-number").distinct("application")
    return {version.application_id: version for version in last}


# --- Two contents -----------------------------------------------------------------------------------------
def content(application: Application, questions: list[Question], attached: dict) -> dict:
    """The draft in the form that a version has."""
    return receipts.content_of(application, questions, attached)


def changes(before: dict, after: dict) -> list[Change]:
    """Answers and files that differ between two contents, in the order of the later one's form.

    A question that only the earlier one asked has no place in the later and is left out.
    """
    return [
        Change(
            question["key"],
            str(localised(question["label"])),
            _as_read(before, question),
            _as_read(after, question),
        )
        for question in after.get("questions", [])
        if _given(before, question["key"]) != _given(after, question["key"])
    ]


def _given(content: dict, key: str):
    """The answer to one question as it is compared: none, an empty one and a tick that was never set are the same."""
    for document in content.get("files", []):
        if document["question"] == key:
            return document["sha256"], document["name"]
    answer = content.get("answers", {}).get(key)
    return None if answer in (None, "", [], False) else answer


def _as_read(content: dict, question: dict) -> str:
    """The answer in words, on one page; "" where there is none."""
    found = [d for d in content.get("files", []) if d["question"] == question["key"]]
    if found:
        return found[0]["name"]
    [section] = call_form.read({**content, "questions": [question]})
    [answer] = section.answers
    return answer.text or ", ".join(str(item) for item in answer.items) or answer.words or answer.url
