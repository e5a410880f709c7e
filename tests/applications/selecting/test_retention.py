"""What is no longer to be kept goes: by class, on the day that the programme set, in portions, told before and after."""

import uuid
from datetime import timedelta

import access_states
import factories
import pytest
from canaries import everything
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.urls import reverse
from factories_privacy import applied, ask

from accelerator import clock, history
from accelerator.messages import reminders
from accelerator.models import Certificate, OutboxMessage, Programme, StoredFile
from accelerator.privacy import classes, sweeping, tidying
from accelerator.privacy.periods import later
from applications.applying import consents
from applications.models import (
    Application,
    BoardAct,
    Extension,
    ExtensionRequest,
    ImportedApplication,
    Letter,
    LetterVersion,
    NamedException,
    Offer,
    ProposedAct,
    ReviewVersion,
    SubmitTicket,
)
from applications.selecting import emptying, retention

pytestmark = pytest.mark.django_db
RELEASED = factories.REVIEWING
DAY = timedelta(days=1)


def sweep(moment) -> None:
    """Tick after tick, until nothing is left for the day."""
    factories.at(moment)
    for _tick in range(10):
        reminders.reconcile(moment)


def kept(*applications) -> list[bool]:
    return [Application.objects.get(pk=one.pk).emptied_at is None for one in applications]


@pytest.fixture
def released(call, reviewing):
    ask(call)
    call.manager = factories.make_manager(call.programme)
    call.chosen = applied(call, name="Kestrel", agrees=())
    call.rejected = applied(call, name="Halyard", agrees=(), deck=True)
    call.agreed = applied(call, name="Fathom")
    call.draft = factories.make_application(call, name="Bulwark")
    factories.release(call, call.manager, [call.chosen])
    Offer.objects.update(status="accepted", answered_at=RELEASED)
    return call


# --- When -----------------------------------------------------------------------------------------------
def test_security_18_each_goes_on_its_day_and_not_before(released):
    everyone = (released.draft, released.rejected, released.agreed, released.chosen)
    draft_goes = later(factories.CLOSES_AT, 3)
    sweep(draft_goes - DAY)
    assert kept(*everyone) == [True, True, True, True]
    sweep(draft_goes)
    assert kept(*everyone) == [False, True, True, True]
    sweep(later(RELEASED, 12) - DAY)
    assert kept(*everyone) == [False, True, True, True]
    sweep(later(RELEASED, 12))
    assert kept(*everyone) == [False, False, True, True]
    sweep(later(RELEASED, 24))
    assert kept(*everyone) == [False, False, False, True]
    sweep(later(RELEASED, 24 + 24))
    assert kept(released.chosen) == [False] or clock.now() < retention.keeping.until(released.chosen)
    sweep(retention.keeping.until(released.chosen) + DAY)
    assert kept(released.chosen) == [False]


def test_a_consent_that_is_taken_back_makes_it_go_sooner(released):
    consents.change(
        released.agreed,
        consents.KEEP_FOR_NEXT,
        is_given=False,
        by=released.agreed.started_by,
        now=later(RELEASED, 13),
    )
    sweep(later(RELEASED, 13) + DAY)
    assert kept(released.agreed) == [False]


def test_the_lengths_are_the_programmes(released):
    Programme.objects.update(rejected_kept_months=2)
    sweep(later(RELEASED, 2))
    assert kept(released.rejected, released.agreed) == [False, True]


def test_while_an_offer_is_open_or_nothing_is_published_nothing_goes(call, reviewing):
    waiting, offered = factories.make_application(call, eligible=True), applied(call, name="Kestrel")
    sweep(later(RELEASED, 30))
    assert kept(waiting, offered) == [True, True]
    factories.release(call, factories.make_manager(call.programme), [offered])
    Offer.objects.update(expires_at=later(RELEASED, 60))
    sweep(later(RELEASED, 59))
    assert kept(waiting, offered) == [False, True]


# --- How ------------------------------------------------------------------------------------------------
def test_it_goes_in_portions(released, monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 1)
    for number in range(3):
        applied(released, name=f"Startup {number}", agrees=())
    moment = factories.at(later(RELEASED, 12))
    gone = []
    while not sweeping.sweep(moment):
        gone.append(Application.objects.filter(emptied_at__isnull=False).count())
    assert gone == [1, 2, 3, 4, 5]  # the draft and four
    assert sweeping.sweep(moment)


def test_managers_are_told_thirty_days_before_and_after_with_a_certificate(released, signed_in):
    goes = later(RELEASED, 12)
    sweep(goes - 31 * DAY)
    soon = OutboxMessage.objects.filter(kind="applications.kept_no_longer_soon")
    about_drafts = soon.count()
    sweep(goes - 30 * DAY)
    sweep(goes - 29 * DAY)
    told = soon.latest("pk")
    assert soon.count() == about_drafts + 1
    assert told.recipient == released.manager
    assert "one application" in told.text
    sweep(goes)
    certificate = Certificate.objects.first()
    assert certificate.document["emptied"] == {"applications": 1}
    assert certificate.document["hashes"] == [released.rejected.submissions.get().content_hash]
    after = OutboxMessage.objects.filter(kind="applications.kept_no_longer").latest("pk")
    assert certificate.sha256 in after.text
    client = signed_in(released.manager)
    assert certificate.public_id in client.get(reverse("privacy_dashboard:certificates")).text
    path = reverse("privacy_dashboard:certificate", args=[certificate.public_id])
    assert client.get(path).json() == certificate.document


def test_with_the_release_reviewers_lose_the_files_of_what_has_no_place(cast, reviewing, signed_in):
    factories.make_review(cast.assignment)
    deck = reverse("applying:application_file", args=[cast.application.attachments.get().file.public_id])
    reviewer = signed_in(cast.reviewer)
    before = reviewer.get(deck).status_code
    factories.release(cast.call, cast.manager, [cast.rival_application])
    assert (before, reviewer.get(deck).status_code) == (200, 404)


def test_what_has_a_place_stays_open_to_its_reviewers(cast, reviewing, signed_in):
    factories.make_review(cast.assignment)
    deck = reverse("applying:application_file", args=[cast.application.attachments.get().file.public_id])
    factories.release(cast.call, cast.manager, [cast.application])
    assert signed_in(cast.reviewer).get(deck).status_code == 200


# --- All of it ------------------------------------------------------------------------------------------
def test_every_model_says_how_long_it_is_kept():
    models_there = {model._meta.label for model in apps.get_models() if model._meta.app_label != "rehearsal"}
    assert set(classes.kept) == models_there


def fill(application: Application, cast) -> None:
    """What a season seldom has, so that no table about an application is empty."""
    who = {"by": cast.manager, "at": clock.now()}
    application.earlier_answers.create(key="problem", value="Before", **who)
    Extension.objects.create(
        call=application.call, application=application, until=clock.now() + DAY, reason="Ill", **who
    )
    ExtensionRequest.objects.create(application=application, text="Please", answer="Yes", **who)
    application.questions_back.create(
        text="Which model?", answer="A", answer_by=clock.now() + DAY, answer_by_set_at=clock.now(), **who
    )
    NamedException.objects.create(
        call=application.call, application=application, kind="no_second", reason="So", **who
    )
    ProposedAct.objects.create(
        call=application.call,
        application=application,
        act="pick",
        reason="Good",
        refusal="No",
        seen="x",
        proposed_by=cast.manager,
        proposed_at=clock.now(),
    )
    BoardAct.objects.create(
        call=application.call,
        application=None,
        kind="others_left_out",
        before={str(application.pk): {"outcome": "reserve", "reason": "zqboardzq"}},
        **who,
    )
    ImportedApplication.objects.create(
        application=application, call=application.call, their_id="a1", file_name="Form.csv", line=2, **who
    )
    LetterVersion.objects.create(
        letter=Letter.objects.filter(application=application).first(),
        number=1,
        subject="Dear",
        text="Founders",
        written_at=clock.now(),
    )
    SubmitTicket.objects.create(
        key=uuid.uuid4(),
        application=application,
        person=cast.manager,
        draft_version=1,
        stamped_at=clock.now(),
        outcome="Not in",
    )
    review = application.assignments.filter(review__isnull=False).first().review
    for number, reason in ((1, ""), (2, "zqversionzq")):
        ReviewVersion.objects.create(
            review=review,
            number=number,
            marks={},
            total=5,
            comment_for_panel="zqpanelzq",
            comment_for_applicant="zqapplicantzq",
            reason=reason,
            submitted_at=clock.now(),
        )
    application.notes.create(text="Ask for the register", by=cast.manager)
    application.recusals.create(user=cast.stranger, reason="Cousins", declared_by=cast.manager)
    Offer.objects.filter(application=application).update(accepted_name="Lena", decline_reason="Moved")
    history.record(
        "application.screened", application, by=cast.manager, reason="zqhistoryzq", now=clock.now()
    )


KEPT_BESIDE = {  # texts of an application's rows that name nobody
    "applications.Application.eligibility_checks",
    "applications.BoardAct.before",
    "applications.BoardAct.after",
    "applications.BoardAct.letters",
    "applications.ReviewVersion.marks",
    "applications.Submission.content",
    "applications.Answer.value",
    "applications.EarlierAnswer.value",
}


def test_no_canary_of_an_application_is_left_in_any_column_or_file(
    db, django_capture_on_commit_callbacks, capsys
):
    cast = access_states.build("cohort")
    application = cast.application
    fill(application, cast)
    tokens = _plant(application)
    assert all(token in everything() for token in tokens)
    with django_capture_on_commit_callbacks(execute=True):
        emptying.empty(application, why="time", now=clock.now())
        tidying.tidy(clock.real_now())
    left = everything()
    assert not [what for token, what in tokens.items() if token in left]
    assert not [token for token in ("zqboardzq", "zqpanelzq", "zqversionzq", "zqhistoryzq") if token in left]
    assert not StoredFile.objects.filter(startup=application.startup).exists()
    call_command("verify_history")


def _plant(application: Application) -> dict[str, str]:
    """A token in every text of every row that hangs on this application."""
    tokens: dict[str, str] = {}
    for model in apps.get_models():
        path = _path_to_application(model)
        if path is None:
            continue
        rows = model._base_manager.filter(**{path: application.pk})
        for field in model._meta.concrete_fields:
            label = f"{model._meta.label}.{field.name}"
            if (
                not _is_text(field)
                or label in KEPT_BESIDE
                or model._meta.label == "applications.ReviewVersion"
            ):
                continue
            assert rows.exists(), (
                f"nothing of {label} hangs on the application of this test: add a row to fill()"
            )
            for row in rows:
                token = f"zqtext{len(tokens)}zq"
                room = (field.max_length or 10_000) - len(token)
                words = f"{str(getattr(row, field.attname) or '')[: max(room, 0)]}{token}"
                model._base_manager.filter(pk=row.pk).update(**{field.attname: words})
                tokens[token] = label
    startup = application.startup
    for field in ("name", "one_line"):
        tokens[f"zqstartup{field}zq"] = f"Startup.{field}"
        setattr(startup, field, f"zqstartup{field}zq")
    startup.save()
    return tokens


def _is_text(field: models.Field) -> bool:
    if field.choices or field.primary_key or field.unique or isinstance(field, models.SlugField):
        return False
    if isinstance(field, models.TextField | models.JSONField):
        return True
    return type(field) is models.CharField and (field.max_length or 0) >= 100


def _path_to_application(model: type[models.Model]) -> str | None:
    """`assignment__application`: how rows of this model hang on one."""
    if model._meta.app_label not in {"applications", "cohorts", "mentoring"} or not model._meta.managed:
        return None
    if model is Application:
        return "pk"
    return _search(model, 0)


def _search(model: type[models.Model], depth: int) -> str | None:
    steps = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.remote_field.model is not model
    ]
    for field in steps:
        if field.remote_field.model is Application:
            return field.name
    if depth < 3:
        for field in steps:
            target = field.remote_field.model
            if target._meta.app_label in {"applications", "cohorts", "mentoring"}:
                rest = _search(target, depth + 1)
                if rest:
                    return f"{field.name}__{rest}"
    return None
