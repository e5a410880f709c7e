"""Nothing that a manager with a conflict is sent depends on the application that is kept from them.

The outcome is held fixed. Everything else of the barred application is swapped: its marks, comments, answers, file and
progress. Whatever the barred manager can open must then be the same, byte for byte, once what differs from request to
request is replaced. Each channel is then opened on purpose, which must show.
"""

import re

import factories
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accelerator.messages import outbox
from accelerator.models import OutboxMessage
from applications.calls import findings_version
from applications.models import Answer, Review, Submission
from applications.reviewing import conflicts, progress, reviews
from applications.reviewing.sight import Sight
from applications.selecting import deciding, dossiers, findings

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING
CHANGING = [
    (re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'), b"token"),
    (re.compile(rb'"?X-CSRFToken"?[^,}]+'), b"token"),
    (re.compile(rb"nonce-?=?\"?[\w+/=-]+"), b"nonce"),
    (re.compile(rb"request_id[^<\"]+"), b"reference"),
]


@pytest.fixture
def season(call, reviewing):
    """Five applications; four decided, by a manager without a conflict. The last, and best, is barred to another."""
    organisations = ("meta", "scaleway", "hugging-face")
    readers = [factories.make_reviewer(call, f"Reader {name}", name) for name in organisations]
    made = []
    for at, name in enumerate(["Ardoise", "Brisant", "Cadran", "Drisse", "Estran"]):
        application = factories.make_application(call, name=name, eligible=True, deck=True)
        for number, reader in enumerate(readers):
            mark = min(10, 3 + at + number % 2)
            factories.make_review(factories.assign(reader, application), mark, 10 - mark)
        made.append(application)
    free, barred = (
        factories.make_manager(call.programme, "Free"),
        factories.make_manager(call.programme, "Barred"),
    )
    conflicts.recuse(made[-1], who=barred, reason="Sister", by=barred, now=NOW)
    deciding.pick(made[0], reason="Its team", by=free, now=NOW)
    deciding.put_in_reserve(made[1], by=free, now=NOW)
    deciding.leave_out(made[2], by=free, now=NOW)
    deciding.pick(made[-1], by=free, now=NOW)
    return call, made, free, barred


def addresses(call, applications) -> list[str]:
    """Every page of the call that a manager can open by GET, with every order and filter that changes its rows."""
    of_call = [
        "lists:applications", "reviewing:screening", "reviewing:assignment", "reviewing:progress",
        "selecting:ranking", "selecting:agreement", "selecting:selection", "selecting:letters", "selecting:release",
        "selecting:dossier", "selecting:answer_day", "selecting:my_acts", "setup:timeline", "setup:window", "setup:extend", "setup:incident",
    ]  # fmt: skip
    of_one = [
        "reviewing:panel_application", "reviewing:screen_application", "selecting:score", "selecting:letter",
        "reviewing:readings_of_application", "lists:notes",
    ]  # fmt: skip
    ranking = reverse("selecting:ranking", args=[call.pk])
    listed = reverse("lists:applications", args=[call.pk])
    found = ["/admin/", "/admin/messages/", "/admin/review/", "/admin/people/", "/applications/"]
    found += [reverse(name, args=[call.pk]) for name in of_call]
    found += [reverse(name, args=[call.pk, one.public_id]) for name in of_one for one in applications]
    found += [f"{ranking}?sort={sort}" for sort in ("name", "mean", "spread", "reviews")]
    found += [
        f"{listed}?q=Estran",
        f"{listed}?q=verdict:eligible",
        f"{listed}?q=France&columns=people&columns=answer-problem&order=-saved_at",
        f"{reverse('reviewing:screening', args=[call.pk])}?show=eligible",
    ]
    found += [reverse("reviewing:reviewer_progress", args=[call.pk, one.pk]) for one in call.reviewers.all()]
    found += [reverse("reviewing:assignment", args=[call.pk]) + "?anew=on&seed=3"]
    found += [f"/files/{one.last_version.file_ids[0]}/" for one in applications]
    found += ["/admin/applications/reviewer/", "/admin/applications/call/", "/admin/accelerator/role/"]
    return found


def seen_by(person, call, applications) -> dict[str, tuple]:
    """What they are sent. Looking is undone: that one has opened a file would stand in the history the next time."""
    savepoint = transaction.savepoint()
    try:
        return _sent_to(person, call, applications)
    finally:
        transaction.savepoint_rollback(savepoint)


def _sent_to(person, call, applications) -> dict[str, tuple]:
    client = factories.sign_in(Client(), person)
    found = {}
    for address in addresses(call, applications):
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for pattern, instead in CHANGING:
            content = pattern.sub(instead, content)
        headers = {
            name: answer.get(name)
            for name in ("ETag", "Last-Modified", "Content-Length", "Content-Disposition", "Location")
        }
        if not answer.streaming:
            headers.pop("Content-Length")
        found[address] = (answer.status_code, headers, content)
    mails = OutboxMessage.objects.filter(recipient=person).order_by("pk")
    found["mails"] = tuple(mails.values_list("kind", "subject", "text"))
    return found


def swap(call, application) -> None:
    """Other marks, comments, answers and progress; one review is taken back to a draft."""
    criteria = list(call.criteria.values_list("pk", flat=True))
    given = list(Review.objects.filter(assignment__application=application).order_by("pk"))
    for number, review in enumerate(given):
        marks = {pk: (number * 3 + at * 5) % 4 for at, pk in enumerate(criteria)}
        words = {"for_panel": "Quite other words.", "for_applicant": f"Other words {number}."}
        reviews.submit(review.assignment, marks=marks, **words, by=review.assignment.reviewer.user, now=NOW)
    Review.objects.filter(pk=given[0].pk).update(status=Review.Status.DRAFT)
    Answer.objects.filter(application=application, key="problem").update(value="Something else entirely.")
    label = call.labels.create(name="Quite another label", made_by=application.started_by)
    application.labels.create(label=label, by=application.started_by)
    application.notes.create(text="A note beside it", by=application.started_by)
    application.startup.one_line = "Another line"
    application.startup.save()
    attached = application.attachments.get()
    attached.file.name = "quite-another.pdf"
    attached.file.save()
    findings_version.changed(call)
    assert Submission.objects.filter(application=application).exists()


def differing(season) -> list[str]:
    call, made, _free, barred = season
    before = seen_by(barred, call, made)
    swap(call, made[-1])
    after = seen_by(barred, call, made)
    return [address for address in before if before[address] != after[address]]


def test_nothing_that_a_barred_manager_is_sent_depends_on_the_barred_application(season):
    call, made, free, barred = season
    pages = seen_by(barred, call, made)
    opened = [address for address, answer in pages.items() if answer[:1] == (200,)]
    assert len(opened) >= 30, [address for address in pages if address not in opened]
    assert differing(season) == []
    assert seen_by(free, call, made) != pages


def test_a_manager_without_a_conflict_sees_the_difference(season):
    """Otherwise the test above would hold nothing."""
    call, made, free, _barred = season
    before = seen_by(free, call, made)
    swap(call, made[-1])
    after = seen_by(free, call, made)
    changed = {address for address in before if before[address] != after[address]}
    for name in ("selecting:ranking", "selecting:agreement", "reviewing:progress", "selecting:dossier"):
        assert reverse(name, args=[call.pk]) in changed
    assert reverse("reviewing:panel_application", args=[call.pk, made[-1].public_id]) in changed
    assert f"/files/{made[-1].last_version.file_ids[0]}/" in changed


# --- A leak on purpose turns it red, one for each channel ------------------------------------------------
def leak_of_order(monkeypatch, season):
    of = findings.of
    monkeypatch.setattr(findings, "of", lambda call, without=frozenset(): of(call))
    monkeypatch.setattr(Sight, "barred", frozenset())


def leak_of_figures(monkeypatch, season):
    """Rows are left out, but the scores of the others are those of all."""
    of = findings.of
    monkeypatch.setattr(findings, "of", lambda call, without=frozenset(): _without_rows(of(call), without))


def _without_rows(found, without):
    from dataclasses import replace

    return replace(found, standings=tuple(one for one in found.standings if one.application not in without))


def leak_of_counts(monkeypatch, season):
    from applications.reviewing.dashboard_views import progress as page

    monkeypatch.setattr(page, "progress_of_reviewers", lambda call, without=(): progress.progress(call))


def leak_of_headers(monkeypatch, season):
    """A version of the call as an ETag."""
    from django.template.response import TemplateResponse

    init = TemplateResponse.__init__
    call = season[0]

    def tagged(self, *args, **kwargs):
        init(self, *args, **kwargs)
        self["ETag"] = str(type(call).objects.get(pk=call.pk).findings_version)

    monkeypatch.setattr(TemplateResponse, "__init__", tagged)


def leak_by_mail(monkeypatch, season):
    call, _made, _free, barred = season
    submit = reviews.submit

    def telling(assignment, **act):
        submit(assignment, **act)
        outbox.enqueue(
            "applications.readings_assigned", key=f"leak:{assignment.pk}", to=barred,
            context={"call": call, "count": 1, "url": "-"}, programme=call.programme, about=call, now=NOW,
        )  # fmt: skip

    monkeypatch.setattr(reviews, "submit", telling)


def leak_of_the_dossier(monkeypatch, season):
    monkeypatch.setattr(dossiers, "export", lambda call, *, to: dossiers.made(call).text)


def leak_of_the_history(monkeypatch, season):
    """The entries of the barred application on the page of another."""
    from accelerator import history

    of, barred = history.of, season[1][-1]
    monkeypatch.setattr(
        history, "of", lambda about: of(barred) if isinstance(about, type(barred)) else of(about)
    )
    submit = reviews.submit

    def recorded(assignment, **act):
        submit(assignment, **act)
        history.record("review.changed", assignment.application, by=None, now=NOW)

    monkeypatch.setattr(reviews, "submit", recorded)


def leak_of_files(monkeypatch, season):
    from applications.applying import permissions

    monkeypatch.setattr(permissions, "can_open_file", lambda user, attachment: True)


def leak_of_the_timeline(monkeypatch, season):
    """Who is still to be reminded of a review."""
    from applications.setup import ahead

    monkeypatch.setattr(ahead, "is_shown", lambda about, sight: True)


@pytest.mark.parametrize(
    "leak",
    [
        leak_of_order, leak_of_figures, leak_of_counts, leak_of_headers, leak_by_mail, leak_of_the_dossier,
        leak_of_the_history, leak_of_files, leak_of_the_timeline,
    ],
)  # fmt: skip
def test_a_planted_leak_is_found(season, monkeypatch, leak):
    leak(monkeypatch, season)
    assert differing(season) != []
