"""Every kind of question with ten thousand generated values, through the form itself: posted, stored, shown.

One call asks many questions of each kind, so that one save carries many values. The values are those of
chaos/typed_answers.py: what is known to break forms, and what hypothesis draws.
"""

import argparse
import os
import re
from collections.abc import Iterator
from itertools import cycle
from typing import TYPE_CHECKING

import django

from servers import embedded
from stress.findings import Findings

if TYPE_CHECKING:
    from applications.models import Application, Question

OPTIONS = (
    ("values", 10_000, "of each kind"),
    ("each", 12, "questions of a kind in one form"),
)
CHOICES = [{"value": value, "label": {"en": value.title()}} for value in ("language", "vision", "speech")]
# Where the next field of a page begins.
FIELD = re.compile(r'(?=<(?:div|fieldset)\s[^>]*?class="(?:field|choice)[ "])')


def run(options: argparse.Namespace) -> Findings:
    for name in [name for name in os.environ if name.startswith(("SLIPWAY_", "DATABASE_", "REDIS_"))]:
        del os.environ[name]
    os.environ |= {"SLIPWAY_TESTING": "1", "DJANGO_SETTINGS_MODULE": "accelerator.settings"}
    with embedded.scratch_servers():
        django.setup()
        from django.db import connection

        try:
            return _try(options)
        finally:
            connection.close()


def _try(options: argparse.Namespace) -> Findings:
    from chaos import typed_answers

    found = Findings()
    draft, questions = _draft(options.each)
    asked = {kind: [one for one in questions if one.kind == kind] for kind in typed_answers.every_kind()}
    drawn = {kind: _values(own[0], options.values, options.seed) for kind, own in asked.items()}
    values = {kind: cycle(of_kind) for kind, of_kind in drawn.items()}
    tried = 0
    for words in ("Nothing answers 500", "What was typed comes back, and what is stored is what is shown"):
        found.promise(words)
    client = _browser(draft)
    for _round in range(-(-options.values // options.each)):
        typed = {one.key: next(values[one.kind]) for one in questions}
        tried += len(typed)
        _one_save(client, draft, questions, typed, found)
    different = {kind: len({tuple(value) for value in of_kind}) for kind, of_kind in drawn.items()}
    found.figures = {"kinds": len(asked), "values": tried, "different values of each kind": different}
    return found


def _values(question: "Question", count: int, seed: int) -> list[list[str]]:
    """So many drawn values; fewer where there are not so many."""
    import hypothesis

    from chaos import typed_answers

    drawn: list[list[str]] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(typed_answers.typed(question))
    def take(value: list[str]) -> None:
        drawn.append(value)

    take()
    return drawn


def _draft(each: int) -> "tuple[Application, list[Question]]":
    from applications.models import Call, Question, Section
    from bench import filling
    from chaos import cast, typed_answers
    from stress.cast import open_programme

    open_programme()
    (draft,) = cast.drafts(
        Call.objects.select_related("programme", "window").get(), filling.people("writer", 1)
    )
    draft.answer_rows.all().delete()
    Question.objects.filter(call=draft.call).delete()
    section = Section.objects.filter(call=draft.call).first()
    assert section
    questions = [
        Question(
            call=draft.call, section=section, key=f"{kind}_{number}", kind=kind, label={"en": f"{kind} {number}"},
            help={"en": ""}, choices=CHOICES, required=False, position=number,
            row_columns=typed_answers.ROW_COLUMNS if kind == "rows" else [],
        )
        for kind in typed_answers.every_kind()
        for number in range(each)
    ]  # fmt: skip
    Question.objects.bulk_create(questions)
    return draft, questions


def _browser(draft: "Application"):
    from django.conf import settings
    from django.test import Client

    from bench import invented

    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]}, raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = invented.sign_in([draft.started_by])[0]
    return client


def _one_save(
    client, draft: "Application", questions: "list[Question]", typed: dict, found: Findings
) -> None:
    """As the page's script saves: everything was touched."""
    import json

    from applications.models import Application
    from chaos import typed_answers

    address = draft.get_absolute_url()
    version = Application.objects.values_list("draft_version", flat=True).get(pk=draft.pk)
    given = {**typed, "draft_version": version, "touched": json.dumps(list(typed))}
    saved = client.post(address, given, headers={"accept": "application/json"})
    page = client.get(address)
    if saved.status_code >= 300 or page.status_code >= 300:
        found.promise("Nothing answers 500", [f"{saved.status_code} {page.status_code} {typed}"[:500]])
        return
    stored = Application.objects.get(pk=draft.pk).answers
    shown = dict(_fields(page.content.decode(), questions))
    for question in questions:
        key = question.key
        if key not in shown:
            broken = "the page has no such field"
        else:
            told = typed_answers.shown_in(shown[key], question)
            broken = typed_answers.broken_promise(question, typed[key], told, stored.get(key))
        if broken:
            found.promise(
                "What was typed comes back, and what is stored is what is shown", [f"{key}: {broken}"[:500]]
            )


def _fields(page: str, questions: "list[Question]") -> "Iterator[tuple[str, str]]":
    """The part of the page in which each question is asked; reading all of it for each would take hours."""
    known = {question.key for question in questions}
    for part in FIELD.split(page):
        named = re.search(r'\sname="([a-z_]+_\d+)"', part)
        if named and named[1] in known:
            yield named[1], part
