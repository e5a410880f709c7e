"""A page that somebody opened before another changed what it shows: its act is refused once, and keeps what was typed."""

from datetime import timedelta

import factories
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from factories_cohort import JANUARY, make_cohort_cast, make_log, make_session
from page_forms import Form, shown
from races import at_once, behind

from accelerator import as_seen
from accelerator.models import Role
from accelerator.transitions import SomebodyWasFirst
from applications.models import Assignment, Review, Reviewer
from applications.setup import rubric
from mentoring.models import SessionLog

pytestmark = pytest.mark.django_db
AGAIN = "Look at it again"


@pytest.fixture
def two(cast):
    """Two managers, each with a browser of their own."""
    factories.at(factories.REVIEWING)
    other = factories.make_manager(cast.call.programme, "Ada Lovelace")
    return factories.sign_in(Client(), cast.manager), factories.sign_in(Client(), other)


def test_a_verdict_from_an_old_page_is_refused_and_names_the_other(two, call):
    application = factories.make_application(call, sealed=True)
    path = reverse("reviewing:screen_application", args=[call.pk, application.public_id])
    mine, theirs = two
    page = shown(mine, path, "reason")
    assert (
        theirs.post(
            path, shown(theirs, path, "reason") | {"verdict": "eligible", "checks": "open"}
        ).status_code
        == 302
    )
    wish = page | {"verdict": "ineligible", "reason": "They have no product yet."}
    refused = mine.post(path, wish).content.decode()
    assert "Ada Lovelace" in refused
    assert AGAIN in refused
    assert "They have no product yet." in refused
    application.refresh_from_db()
    assert application.is_eligible
    again = Form(refused, "reason").values | {"verdict": "ineligible", "reason": "They have no product yet."}
    assert mine.post(path, again).status_code == 302
    application.refresh_from_db()
    assert not application.is_eligible


def test_a_page_of_no_version_counts_as_the_oldest(two, call):
    application = factories.make_application(call, sealed=True)
    path = reverse("reviewing:screen_application", args=[call.pk, application.public_id])
    for client in two:
        answer = client.post(path, {"verdict": "eligible", "checks": "open", "seen": "9" * 5000})
    assert AGAIN in answer.content.decode()


@pytest.mark.parametrize("name", ["applications_section", "accelerator_partner"])
def test_two_managers_do_not_overwrite_each_other_in_a_list(two, call, name):
    row = {
        "applications_section": lambda: call.sections.first(),
        "accelerator_partner": lambda: call.programme.partners.first(),
    }[name]()
    factories.at(factories.WHILE_OPEN)  # once the call is closed its rules are sealed
    path = reverse(f"admin:{name}_change", args=[row.pk])
    mine, theirs = two
    field, kept = ("intro", "title") if name == "applications_section" else ("position", "name")
    values = ("Ours", "Theirs") if field == "intro" else ("7", "8")
    page = shown(mine, path, kept) | _selects(row)
    assert (
        theirs.post(path, shown(theirs, path, kept) | _selects(row) | {field: values[0]}).status_code == 302
    )
    refused = mine.post(path, page | {field: values[1]})
    text = refused.content.decode()
    assert (refused.status_code, AGAIN in text, "Ada Lovelace" in text) == (200, True, True)
    row.refresh_from_db()
    assert str(getattr(row, field)) == values[0]
    assert Form(text, kept).values[field] == values[1]
    assert mine.post(path, Form(text, kept).values | _selects(row) | {field: values[1]}).status_code == 302
    row.refresh_from_db()
    assert str(getattr(row, field)) == values[1]


def _selects(row) -> dict[str, str]:
    """A select posts its chosen option, which `Form` does not read."""
    return {"programme": str(row.programme_id)} if hasattr(row, "programme_id") else {}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_a_list_at_once_one_is_refused(two, call):
    partner = call.programme.partners.first()
    path = reverse("admin:accelerator_partner_change", args=[partner.pk])
    wishes = [
        shown(client, path, "name") | _selects(partner) | {"position": str(7 + n)}
        for n, client in enumerate(two)
    ]
    answers = at_once(
        *(lambda c=client, w=wish: c.post(path, w) for client, wish in zip(two, wishes, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 302]


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_waits_for_the_first_and_then_sees_its_change(call):
    person, criterion = factories.make_manager(call.programme), call.criteria.first()
    seen = as_seen.version_of(criterion)
    criterion.weight = 51

    def second():
        with transaction.atomic():
            as_seen.must_be(criterion, seen, by=person)

    outcome = behind(lambda: rubric.save(criterion, by=person, now=factories.WHILE_OPEN), second)
    assert [type(refusal) for refusal in outcome] == [SomebodyWasFirst]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_a_criterion_at_once_one_is_refused_and_keeps_their_words(two, call):
    factories.at(factories.WHILE_OPEN)  # once the call is closed its rules are sealed
    criterion = call.criteria.first()
    path = reverse("setup:criterion", args=[call.pk, criterion.pk])
    wishes = [shown(client, path, "weight") | {"weight": str(50 + n)} for n, client in enumerate(two)]
    answers = at_once(
        *(lambda c=client, w=wish: c.post(path, w) for client, wish in zip(two, wishes, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    (refused,) = [answer.content.decode() for answer in answers if answer.status_code == 200]
    assert AGAIN in refused
    assert str(call.criteria.get(pk=criterion.pk).weight) not in Form(refused, "weight").values["weight"]


def test_an_assignment_that_was_begun_meanwhile_is_not_handed_on_unseen(two, cast):
    other = factories.make_reviewer(cast.call, "Noor Haddad", "scaleway")
    path = reverse("reviewing:hand_on", args=[cast.assignment.public_id])
    client = two[0]
    page = shown(client, path, "reason") | {"to": other.pk}
    Review.objects.filter(assignment=cast.assignment).delete()
    page = shown(client, path, "reason") | {"to": other.pk}
    Review.objects.create(assignment=cast.assignment, opened_at=factories.REVIEWING)
    assert "has begun this one" in client.post(path, page).content.decode()
    assert not Assignment.objects.filter(reviewer=other).exists()
    assert client.post(path, shown(client, path, "reason") | {"to": other.pk}).status_code == 302


def test_a_plan_is_applied_only_as_it_was_shown(two, call):
    answer = two[0].post(reverse("reviewing:assignment", args=[call.pk]), follow=True)
    assert "Something changed since this plan was drawn up" in answer.content.decode()


def test_a_role_ends_only_with_what_the_page_said_it_ends(two, cast):
    role = Role.objects.get(user=cast.reviewer, kind=Role.Kind.REVIEWER)
    path = reverse("people:end_role", args=[role.pk])
    client = two[0]
    page = shown(client, path, "reason") | {"reason": "Moves to Lisbon"}
    application = factories.make_application(cast.call, name="Parlure", eligible=True)
    factories.assign(Reviewer.objects.get(user=cast.reviewer, call=cast.call), application)
    refused = client.post(path, page).content.decode()
    assert "no longer what the page said" in refused
    assert "Moves to Lisbon" in refused
    role.refresh_from_db()
    assert role.ended_at is None
    assert (
        client.post(path, Form(refused, "reason").values | {"reason": "Moves to Lisbon"}).status_code == 302
    )


@pytest.fixture
def inside(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def test_a_mentor_with_two_tabs_does_not_lose_the_newer_words(inside):
    client = factories.sign_in(Client(), inside.mentor)
    path = reverse("mentoring:edit_mentor", args=[inside.call.programme.slug])
    old = shown(client, path, "headline") | {"time_zone": "Europe/Paris"}
    client.post(path, shown(client, path, "headline") | {"time_zone": "Europe/Paris", "headline": "Pricing"})
    refused = client.post(path, old | {"headline": "Hiring"}).content.decode()
    assert AGAIN in refused
    assert "Pricing" in refused
    assert "Hiring" in refused
    inside.mentor_profile.refresh_from_db()
    assert inside.mentor_profile.headline == "Pricing"


def test_hours_from_an_old_page_do_not_replace_newer_ones(inside):
    client = factories.sign_in(Client(), inside.mentor)
    path = reverse("mentoring:edit_hours", args=[inside.mentor_profile.public_id])
    old = shown(client, path, "notice_hours")
    days = {
        name: "1" for name in old if name.endswith("-starts") for name in [name.replace("starts", "weekday")]
    }
    client.post(path, shown(client, path, "notice_hours") | days | {"notice_hours": "48"})
    refused = client.post(path, old | days | {"notice_hours": "72"}).content.decode()
    assert AGAIN in refused
    assert "24 → 48" in refused
    inside.mentor_profile.refresh_from_db()
    assert inside.mentor_profile.notice_hours == 48


def test_a_log_corrected_meanwhile_is_not_corrected_unseen(inside):
    session = make_session(inside.mentor_profile, inside.membership, JANUARY - timedelta(days=1))
    make_log(session, notes="They met.", logged_at=JANUARY)
    client = factories.sign_in(Client(), inside.mentor)
    path = reverse("mentoring:correct_log", args=[session.public_id])
    old = shown(client, path, "notes")
    assert client.post(path, shown(client, path, "notes") | {"notes": "They met twice."}).status_code == 302
    refused = client.post(path, old | {"notes": "They met three times."}).content.decode()
    assert AGAIN in refused
    assert "three times" in refused
    assert SessionLog.objects.get(session=session).notes == "They met twice."
