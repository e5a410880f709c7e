"""One cast in five states of a season, for the table of who gets what: twenty personas, and a canary in every text.

The rooms of the cohort exist in every state: before this call has one, they are those of the edition before.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from unittest import mock

import factories
from django.apps import apps
from django.db import DatabaseError, models, transaction
from factories_cohort import ACCEPTED_AT, make_cohort, make_cohort_cast

from accelerator.models import HistoryEntry, Role, TeamMember
from accelerator.records.fields import LocalisedTextField
from applications.models import Assignment, Call, Decision, Letter, Offer, Release, Seat
from applications.selecting import letters
from cohorts.models import Membership

_make_application = factories.make_application
OPEN = datetime(2023, 11, 28, 9, tzinfo=UTC)
MONTH_THREE = datetime(2024, 3, 12, 9, tzinfo=UTC)
STATES = {
    "open": OPEN,
    "reviewing": factories.REVIEWING,
    "decided": factories.REVIEWING,
    "released": factories.REVIEWING,
    "cohort": MONTH_THREE,
}
PERSONAS = [
    "anonymous", "founder", "co_founder", "removed_founder", "rival_founder", "reviewer", "other_reviewer",
    "recused_reviewer", "ended_reviewer", "manager", "recused_manager", "reviewing_manager", "applying_manager",
    "other_manager", "mentor", "other_mentor", "member", "partner_viewer", "superuser", "stranger",
]  # fmt: skip


def build(state: str) -> SimpleNamespace:
    """The cast as it stands in this state, the clock with it, and `canaries`: what each token in a text belongs to."""
    answers: dict[str, str] = {}
    with mock.patch.object(factories, "make_application", partial(_with_a_canary, answers)):
        cast = _stands(state)
    cast.canaries = answers | _plant()
    return cast


def _with_a_canary(answers: dict[str, str], call, founder=None, *, name: str = "Papyrus", **fields):
    """An application with a token in one of its answers: a version that is submitted can never be changed."""
    token = f"zq{name}{call.slug}zq"
    answers[token] = f"applications.Answer.value of {name}, {call.slug}"
    said = {"problem": f"Notaries wait weeks for an extract {token}"}
    return _make_application(call, founder, name=name, answers=said, **fields)


def _stands(state: str) -> SimpleNamespace:
    factories.at(STATES[state])
    call = factories.make_call()
    cast = _open(call) if state == "open" else _sealed(call)
    _others(cast)
    earlier = _edition_before(call)
    cast.member = earlier.founder
    rooms = earlier
    if state in {"decided", "released", "cohort"}:
        _decide(cast)
    if state in {"released", "cohort"}:
        offer = _release(cast)
        rooms = _accept(cast, offer) if state == "cohort" else rooms
    for name, value in vars(rooms).items():
        if not hasattr(cast, name):
            setattr(cast, name, value)
    return cast


def _open(call) -> SimpleNamespace:
    """While the call is open: a draft and a rival's, nothing assigned yet."""
    cast = factories.make_cast(call)
    type(cast.application).objects.filter(call=call).update(
        sealed_at=None, eligibility="unscreened", screened_at=None
    )
    Assignment.objects.all().delete()
    cast.application.refresh_from_db()
    cast.rival_application.refresh_from_db()
    return cast


def _sealed(call) -> SimpleNamespace:
    """In the reviewing weeks: two reviews are in, one waits, one of the readers declared a conflict."""
    cast = factories.make_cast(call)
    other = call.reviewers.get(user=cast.other_reviewer)
    factories.make_review(factories.assign(other, cast.rival_application), 6, 7)
    return cast


def _others(cast) -> None:
    """The personas that come to harm elsewhere: who left, whose role ended, who has a part on two sides."""
    call, programme = cast.call, cast.call.programme
    cast.removed_founder = factories.make_user("Ivo Kraus")
    TeamMember.objects.create(
        startup=cast.application.startup,
        user=cast.removed_founder,
        joined_at=factories.OPENS_AT,
        left_at=OPEN,
    )
    cast.ended_reviewer = factories.make_reviewer(call, "Clara Vidal", "scaleway").user
    Role.objects.filter(user=cast.ended_reviewer).update(ended_at=OPEN)
    cast.recused_manager = factories.make_manager(programme, "Odile Faure")
    cast.application.recusals.create(
        user=cast.recused_manager, reason="An uncle invested", declared_by=cast.recused_manager
    )
    reviewing = factories.make_reviewer(call, "Pia Lund", "hugging-face")
    cast.reviewing_manager = reviewing.user
    factories.give_role(reviewing.user, programme, "manager")
    cast.applying_manager = factories.make_manager(programme, "Tariq Aziz")
    sealed = cast.application.sealed_at is not None
    factories.make_application(
        call, cast.applying_manager, name="Halyard", submitted=True, sealed=sealed, eligible=sealed
    )
    cast.partner_viewer = factories.make_user("Bea Roth")
    factories.give_role(cast.partner_viewer, programme, "partner_viewer", programme.partners.first())
    cast.superuser = factories.make_user("Root Owner", is_superuser=True, is_staff=True)
    factories.make_application(call, cast.superuser, name="Fathom")
    if sealed:
        factories.assign(reviewing, cast.application)
        factories.assign(reviewing, cast.rival_application)
        third = factories.make_reviewer(call, "Lou Sarr", "scaleway")
        factories.make_review(factories.assign(third, cast.application), 8, 9)


def _edition_before(call) -> SimpleNamespace:
    before = factories.make_call(
        call.programme,
        slug="2022",
        opens_at=datetime(2022, 10, 1, tzinfo=UTC),
        closes_at=datetime(2022, 12, 1, tzinfo=UTC),
        reviews_due_on=date(2022, 12, 18),
        decision_on=date(2022, 12, 21),
        starts_on=date(2023, 1, 9),
        ends_on=date(2024, 6, 28),
    )
    founder, rival = factories.make_user("Mona Weiss"), factories.make_user("Emil Lund")
    cast = SimpleNamespace(
        call=before,
        founder=founder,
        application=factories.make_application(before, founder, name="Spinnaker", eligible=True),
        rival_application=factories.make_application(before, rival, name="Tiller", eligible=True),
    )
    return make_cohort_cast(cast)


def _decide(cast) -> None:
    """Chosen, reserve and letters that nobody outside may learn of."""
    decided = {"call": cast.call, "decided_by": cast.manager, "decided_at": factories.REVIEWING}
    seat = Seat.objects.create(call=cast.call, number=1)
    Decision.objects.create(
        application=cast.application, outcome="selected", seat=seat, reason="The strongest team", **decided
    )
    Decision.objects.create(
        application=cast.rival_application, outcome="reserve", reserve_position=1, reason="Next", **decided
    )
    for application in (cast.application, cast.rival_application):
        Letter.objects.create(
            application=application,
            kind=Letter.Kind.OFFER if application == cast.application else Letter.Kind.RESERVE,
            prepared_at=factories.REVIEWING,
            subject="Your application",
            text="What we decided of you",
        )


def _release(cast) -> Offer:
    """The decisions are out: one offer, and the letters as they went."""
    Release.objects.create(call=cast.call, released_by=cast.manager, released_at=factories.REVIEWING)
    offer = Offer.objects.create(
        application=cast.application,
        seat=cast.application.decision.seat,
        offered_at=factories.REVIEWING,
        expires_at=factories.REVIEWING + timedelta(days=5),
    )
    waiting = Letter.objects.waiting().of(cast.call)
    letters.send(cast.call, waiting, {offer.application_id: offer}, now=factories.REVIEWING)
    return offer


def _accept(cast, offer: Offer) -> SimpleNamespace:
    Offer.objects.filter(pk=offer.pk).update(status=Offer.Status.ACCEPTED, answered_at=ACCEPTED_AT)
    membership = Membership.objects.create(
        cohort=make_cohort(cast.call),
        startup=cast.application.startup,
        offer=offer,
        topics=["language"],
        joined_at=ACCEPTED_AT,
    )
    return make_cohort_cast(SimpleNamespace(**vars(cast)), membership)


def _plant() -> dict[str, str]:
    """Give every text of ours a token of its own, where its table may be changed. Returns what each belongs to."""
    tokens: dict[str, str] = {}
    for model in sorted(apps.get_models(), key=lambda one: one._meta.label):
        if model._meta.app_label in {"accelerator", "applications", "cohorts", "mentoring"}:
            for field in filter(_is_text, model._meta.concrete_fields):
                _plant_in(model, field, tokens)
    return tokens


def _is_text(field: models.Field) -> bool:
    if field.name in {"password", "content_state"}:
        return False
    if isinstance(field, LocalisedTextField) or type(field) is models.TextField:
        return not field.choices
    return type(field) is models.CharField and not field.choices and (field.max_length or 0) >= 100


def _plant_in(model, field: models.Field, tokens: dict[str, str]) -> None:
    for pk, value in model._base_manager.order_by("pk").values_list("pk", field.attname):
        if not value or (isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}|\S+[./@]\S+", value)):
            continue
        token = f"zq{len(tokens)}zq"
        if isinstance(value, str):
            changed = f"{value[: (field.max_length or 10**6) - 12]} {token}"
        else:
            changed = {language: f"{text} {token}" for language, text in dict(value).items()}
        try:
            with transaction.atomic():
                model._base_manager.filter(pk=pk).update(**{field.attname: changed})
        except DatabaseError:
            continue  # what may never change
        row = model._base_manager.get(pk=pk)
        tokens[token] = f"{model._meta.label}.{field.name} of {_named(row)}"


def _named(row) -> str:
    """Which row, in words that stay the same from run to run."""
    if isinstance(row, HistoryEntry):
        return row.action
    said = re.sub(r"\s*zq\d+zq|\.\d+(?=@)", "", str(row))
    if isinstance(row, Call):
        return f"{said} {row.slug}"
    for step in ("call", "programme"):
        if hasattr(row, step) and getattr(row, step) is not None:
            return f"{said}, {getattr(row, step).slug}"
    return said
