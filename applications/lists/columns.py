"""The columns of the list of applications: declared once, for the page, for CSV and for a workbook."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accelerator.exports.tables import Column, ColumnTable, Look, Narrowing
from applications.applying.models import Application
from applications.calls.models import Call
from applications.lists import search
from applications.lists.query import Part
from applications.lists.rows import Row
from applications.lists.search import Facet
from applications.questions.form import as_read
from applications.questions.models import Question

USUAL = (
    "startup", "status", "progress", "one_line", "country", "labels", "notes", "submitted_at", "verdict", "reviews",
    "outcome",
)  # fmt: skip
NOT_ANSWERED_IN_WORDS = ("file", "consent")  # kinds of question
STANDS_FOR = "0" * 12  # a public id
ANSWER = "answer-"  # before the key of a question, in the name of its column


def table_of(call: Call, facets: list[Facet], narrowing: Callable[[Part], str]) -> ColumnTable:
    """All columns that a list of this call can have; `narrowing` gives the address of the list with a part added."""
    by_key = {facet.key: facet for facet in facets}
    filled = {question.fills: question for question in call.listed_questions if question.fills}
    page_of = _addresses("reviewing:panel_application", call)
    answered = [
        question
        for question in call.listed_questions
        if question.kind not in NOT_ANSWERED_IN_WORDS
        and question.fills not in ("name", "one_line", "country")
    ]
    return ColumnTable(
        (
            Column(
                "startup",
                _("Startup"),
                lambda row: row.name,
                link=lambda row: page_of(row) if row.is_submitted else "",
                order=("startup__name",),
            ),
            Column(
                "status",
                pgettext("of an application", "State"),
                lambda row: capfirst(row.status.label),
                Look.STATE,
                pill=lambda row: Application.PILLS.get(row.status, ""),
                order=("status",),
            ),
            Column("progress", _("How far"), _progress),
            *_of_question(filled.get("one_line"), "one_line", _("In one line"), Look.LONG),
            *_of_question(filled.get("country"), "country", _("Country"), Look.TEXT, by_key, narrowing),
            Column(
                "labels",
                _("Labels"),
                lambda row: row.labels,
                narrows=lambda row: [_narrowing(name, search.LABEL, narrowing) for name in row.labels],
            ),
            Column(
                "in_charge",
                _("Looks after it"),
                lambda row: row.in_charge,
                is_inside=True,
                narrows=lambda row: [_narrowing(row.in_charge, search.RESPONSIBLE, narrowing)],
            ),
            Column(
                "notes",
                _("Notes"),
                lambda row: row.notes,
                Look.NUMBER,
                link=_addresses("lists:notes", call),
                is_inside=True,
            ),
            Column(
                "submitted_at",
                _("Submitted"),
                lambda row: row.submitted_at,
                Look.WHEN,
                order=("submitted_at",),
            ),
            Column(
                "verdict",
                _("Verdict"),
                lambda row: capfirst(row.eligibility.label) if row.is_submitted else "",
                Look.STATE,
                pill=lambda row: "good" if row.eligibility == Application.Eligibility.ELIGIBLE else "",
            ),
            Column(
                "reviews", _("Reviews"), lambda row: row.reviews if row.is_submitted else None, Look.NUMBER
            ),
            Column("outcome", _("Decision"), lambda row: capfirst(row.outcome), Look.WHEN),
            Column("people", _("Team"), lambda row: row.people, is_inside=True),
            Column("address", _("E-mail of the owner"), lambda row: row.address, is_inside=True),
            Column("number", _("Number"), lambda row: row.public_id),
            Column("started_at", _("Started"), lambda row: row.started_at, Look.WHEN, order=("started_at",)),
            Column("saved_at", _("Last saved"), lambda row: row.saved_at, Look.WHEN, order=("saved_at",)),
            *(
                column
                for question in answered
                for column in _of_question(
                    question,
                    f"{ANSWER}{question.key}",
                    str(question.label),
                    Look.LONG if question.kind in ("long_text", "rows") else Look.TEXT,
                    by_key,
                    narrowing,
                )
            ),
        ),
        call.zone,
    )


def _narrowing(name: str, key: str, narrowing: Callable[[Part], str]) -> Narrowing:
    return Narrowing(name, narrowing(Part(name, key, is_exact=True)))


def _addresses(name: str, call: Call) -> Callable[[Row], str]:
    """The address of each row's page of this name. A hundred of them are asked for at once, so it is worked out once."""
    address = reverse(name, args=[call.pk, STANDS_FOR])
    return lambda row: address.replace(STANDS_FOR, row.public_id)


def _progress(row: Row) -> str:
    if row.is_submitted:
        return ""
    said = _("%(answered)d of %(asked)d answered") % {"answered": row.answered, "asked": row.asked}
    return f"{said} · {_('last “%(question)s”') % {'question': row.stopped_at}}" if row.stopped_at else said


def _of_question(
    question: Question | None,
    name: str,
    heading: str,
    look: Look,
    facets: dict[str, Facet] | None = None,
    narrowing: Callable[[Part], str] | None = None,
) -> list[Column]:
    """The answer to one question, in words; none where the call does not ask it."""
    if question is None:
        return []
    asked = question
    facet = (facets or {}).get(asked.key)

    def words(row: Row) -> str:
        answer = row.answers.get(asked.key)
        return as_read(asked, answer) if answer not in (None, "", []) else ""

    def narrows(row: Row) -> list[Narrowing]:
        answer = row.answers.get(asked.key)
        values = answer if isinstance(answer, list) else [answer]
        return [
            Narrowing(facet.offered[value], narrowing(Part(value, asked.key)))
            for value in values
            if isinstance(value, str) and facet and narrowing and value in facet.offered
        ]

    is_inside = asked.is_personal or asked.is_for_managers
    return [Column(name, heading, words, look, narrows=narrows if facet else None, is_inside=is_inside)]
