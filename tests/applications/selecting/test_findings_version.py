"""Findings are kept until something that they rest on changes, and renewed as soon as it does."""

import threading

import factories
import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accelerator.models import Invitation, TeamMember
from accelerator.people import invitations
from applications.applying import team
from applications.calls import findings_version
from applications.models import Application, Call, Criterion, Review, Reviewer
from applications.reviewing import conflicts, reviews, screening
from applications.selecting import findings, withdrawal

NOW = factories.REVIEWING
READERS = {"Lia Moss": "meta", "Per Holm": "scaleway", "Ana Ruiz": "hugging-face"}


def make_read_call() -> Call:
    """Three applications, each read by three; the first has a second founder."""
    call = factories.make_call()
    call.programme.partners.filter(slug="hugging-face").update(domains=["Hugging-Face.example"])
    readers = [factories.make_reviewer(call, *who) for who in READERS.items()]
    for mark, name in enumerate(["Ardoise", "Brisant", "Cadran"], 5):
        application = factories.make_application(call, name=name, eligible=True)
        for reader in readers:
            factories.make_review(factories.assign(reader, application), mark, mark)
    return call


@pytest.fixture
def call(db, reviewing):
    return make_read_call()


@pytest.fixture
def manager(call):
    return factories.make_manager(call.programme)


def one(name="Ardoise") -> Application:
    return Application.objects.select_related("call__programme", "startup").get(startup__name=name)


def fresh(call) -> Call:
    return Call.objects.get(pk=call.pk)


def mark_anew(call, manager):
    review = Review.objects.filter(assignment__application=one()).first()
    marks = dict.fromkeys(call.criteria.values_list("pk", flat=True), 10)
    reviews.submit(review.assignment, marks=marks, by=review.assignment.reviewer.user, now=NOW)


def screen_another(call, manager):
    application = factories.make_application(call, name="Drisse", sealed=True)
    screening.screen(application, eligible=True, reason="Fits.", by=manager, now=NOW)


def declare_a_conflict(call, manager):
    reader = call.reviewers.first().user
    conflicts.recuse(one(), who=reader, reason="Cousin", by=reader, now=NOW)


def save_a_weight(call, manager):
    criterion = call.criteria.get(key="team")
    criterion.weight = 90
    criterion.save()


def add_a_criterion(call, manager):
    Criterion.objects.create(call=call, key="market", name={"en": "Market"}, weight=10, position=9)


def save_a_reviewers_partner(call, manager):
    reader = Reviewer.objects.get(call=call, user__name="Lia Moss")
    reader.partner = None
    reader.save()


def save_a_partners_domains(call, manager):
    partner = call.programme.partners.get(slug="meta")
    partner.domains = ["people.example"]
    partner.save()


def join_from_a_partner(call, manager):
    friend = factories.make_user("Ada", email="ada@hugging-face.example")
    invitations.invite(
        Invitation.Kind.CO_FOUNDER, email=friend.email, by=one().started_by, startup=one().startup, now=NOW
    )
    invitations.accept(Invitation.objects.latest("pk"), by=friend, now=NOW)


def leave_the_team(call, manager):
    member = TeamMember.objects.create(startup=one().startup, user=factories.make_user("Bo"))
    before = fresh(call).findings_version
    team.leave(member, now=NOW)
    assert fresh(call).findings_version > before


def write_from_a_partner(call, manager):
    """As allauth does when a new address is confirmed."""
    founder = one().started_by
    address = EmailAddress.objects.create(user=founder, email="lena@hugging-face.example", verified=True)
    address.set_as_primary()
    founder.refresh_from_db()
    assert founder.email == "lena@hugging-face.example"


def withdraw(call, manager):
    withdrawal.withdraw_sealed(one(), by=one().started_by, now=NOW)


def save_the_seats(call, manager):
    changed = fresh(call)
    changed.seats += 1
    changed.save()


def save_the_scores_of_each(call, manager):
    changed = fresh(call)
    changed.reviews_per_application = 2
    changed.save()


@pytest.mark.parametrize(
    "change",
    [
        mark_anew, screen_another, declare_a_conflict, save_a_weight, add_a_criterion, save_a_reviewers_partner,
        save_a_partners_domains, join_from_a_partner, leave_the_team, write_from_a_partner, withdraw, save_the_seats,
        save_the_scores_of_each,
    ],
)  # fmt: skip
def test_findings_are_renewed_when_what_they_rest_on_changes(call, manager, change):
    before = findings.of(call)
    assert findings.of(call) is before
    change(call, manager)
    assert findings.of(call) is not before


def test_findings_are_worked_out_once_for_the_same_marks(call, manager):
    client = factories.sign_in(Client(), manager)
    address = reverse("selecting:ranking", args=[call.pk])
    client.get(address)
    before = findings.of(call)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert not [query for query in queries if "array_agg" in query["sql"].lower()]  # no mark was fetched
    assert findings.of(call) is before


def test_what_no_ranking_rests_on_renews_nothing(call, manager):
    before = findings.of(call)
    manager.save()
    started = one().started_by
    started.save(update_fields=["last_login"])
    changed = fresh(call)
    changed.name = "Second edition"
    changed.save()
    assert findings.of(call) is before


def test_saving_a_call_does_not_take_the_version_back(call):
    read_before = fresh(call)
    findings_version.changed(call)
    raised = fresh(call).findings_version
    read_before.save()
    assert fresh(call).findings_version == raised


@pytest.mark.django_db(transaction=True)
def test_who_looks_while_a_change_is_not_committed_sees_it_afterwards():
    factories.at(NOW)
    call = make_read_call()
    seen = []

    def look():
        seen.append(findings.of(call))
        connection.close()

    with transaction.atomic():
        mark_anew(call, None)
        thread = threading.Thread(target=look)
        thread.start()
        thread.join(30)
    look()
    before, after = (found.standing[one().pk].mean for found in seen)
    assert before == 5
    assert after > 6
