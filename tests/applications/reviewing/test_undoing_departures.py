"""A hand-on and a role's end that were a mistake: whoever did it takes it back while nothing rests on it."""

from datetime import timedelta
from types import SimpleNamespace

import factories
import pytest
from django.urls import reverse
from page_forms import fill_in

from accelerator.messages.models import OutboxMessage
from accelerator.models import Role
from applications.models import Assignment, Review
from applications.reviewing import conflicts

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING


@pytest.fixture
def panel(call):
    """A manager, a reviewer with a draft, and another one of another organisation."""
    factories.at(NOW)
    call.reviews_per_application = 1
    call.save()
    first, other = (
        factories.make_reviewer(call, name, partner)
        for name, partner in (("Ada Stern", "meta"), ("Joris Blom", "scaleway"))
    )
    application = factories.make_application(call, name="Papyrus", eligible=True)
    assignment = factories.assign(first, application)
    Review.objects.create(assignment=assignment, opened_at=NOW)
    manager = factories.make_manager(call.programme)
    return SimpleNamespace(
        call=call, first=first, other=other, application=application, assignment=assignment, manager=manager
    )


def with_whom(panel) -> list:
    return list(
        Assignment.objects.live()
        .filter(application=panel.application)
        .values_list("reviewer__user__name", flat=True)
    )


def hand_on(client, panel) -> Assignment:
    page = reverse("reviewing:hand_on", args=[panel.assignment.public_id])
    answer = fill_in(client, page, {"to": panel.other.pk, "reason": "Ill"}, follow=True)
    made = Assignment.objects.latest("pk")
    assert reverse("reviewing:undo_hand_on", args=[made.public_id]) in answer.text, (
        "the button beside the sentence"
    )
    return made


def undo(client, name: str, key) -> str:
    return client.post(reverse(name, args=[key]), follow=True).text


# --- What was handed on -------------------------------------------------------------------------------
def test_what_was_handed_on_goes_back_with_its_draft(panel, signed_in):
    client = signed_in(panel.manager)
    made = hand_on(client, panel)
    assert with_whom(panel) == ["Joris Blom"]
    mine = client.get(reverse("selecting:my_acts", args=[panel.call.pk])).text
    assert "from Ada Stern to Joris Blom" in mine
    assert "Papyrus is with Ada Stern again." in undo(client, "reviewing:undo_hand_on", made.public_id)
    assert with_whom(panel) == ["Ada Stern"]
    assert Review.objects.filter(assignment=panel.assignment, assignment__withdrawn_at=None).exists()
    assert "from Ada Stern" not in client.get(reverse("selecting:my_acts", args=[panel.call.pk])).text


def test_what_the_next_reviewer_has_begun_stays_with_them(panel, signed_in):
    client = signed_in(panel.manager)
    made = hand_on(client, panel)
    Review.objects.create(assignment=made, opened_at=NOW)
    assert "Joris Blom has begun it." in undo(client, "reviewing:undo_hand_on", made.public_id)
    assert with_whom(panel) == ["Joris Blom"]
    assert "Joris Blom has begun it." in client.get(reverse("selecting:my_acts", args=[panel.call.pk])).text


def test_it_does_not_go_back_to_somebody_with_a_conflict(panel, signed_in):
    client = signed_in(panel.manager)
    made = hand_on(client, panel)
    conflicts.recuse(panel.application, who=panel.first.user, reason="Invested", by=panel.manager, now=NOW)
    assert "can no longer review this one" in undo(client, "reviewing:undo_hand_on", made.public_id)
    assert with_whom(panel) == ["Joris Blom"]


def test_another_manager_does_not_undo_it(panel, signed_in):
    made = hand_on(signed_in(panel.manager), panel)
    other = signed_in(factories.make_manager(panel.call.programme, "Noor Haddad"))
    assert other.post(reverse("reviewing:undo_hand_on", args=[made.public_id])).status_code == 404
    assert with_whom(panel) == ["Joris Blom"]


# --- The end of a role --------------------------------------------------------------------------------
def end(client, panel) -> Role:
    role = Role.objects.get(user=panel.first.user, kind=Role.Kind.REVIEWER)
    page = reverse("people:end_role", args=[role.pk])
    assert (
        reverse("people:undo_end", args=[role.pk])
        in fill_in(client, page, {"reason": "Wrong line"}, follow=True).text
    )
    assert not Role.objects.live().filter(pk=role.pk).exists()
    return role


def test_a_role_comes_back_with_what_its_end_took(panel, signed_in):
    client = signed_in(panel.manager)
    role = end(client, panel)
    assert with_whom(panel) == []
    people = reverse("people:people_of", args=[panel.call.programme.slug])
    assert "Roles that you ended" in client.get(people).text
    said = undo(client, "people:undo_end", role.pk)
    assert "Ada Stern is reviewer again. 1 review is with them again." in said
    assert with_whom(panel) == ["Ada Stern"]
    panel.first.user.refresh_from_db()
    assert panel.first.user.is_staff
    assert "Roles that you ended" not in client.get(people).text


def test_what_was_given_to_somebody_else_meanwhile_stays_with_them(panel, signed_in):
    client = signed_in(panel.manager)
    role = end(client, panel)
    factories.assign(panel.other, panel.application)
    assert "1 stays with whom it was given to meanwhile." in undo(client, "people:undo_end", role.pk)
    assert with_whom(panel) == ["Joris Blom"]


def test_whoever_was_told_of_the_end_is_told_that_it_was_a_mistake(panel, signed_in):
    client = signed_in(panel.manager)
    role = end(client, panel)
    undo(client, "people:undo_end", role.pk)
    letters = OutboxMessage.objects.filter(recipient=panel.first.user, kind__startswith="accelerator.role_")
    assert [(one.kind, one.status) for one in letters] == [("accelerator.role_ended", "cancelled")]
    role = end(client, panel)  # a second end has a letter of its own, which leaves
    letters.filter(status="waiting").update(status="sent", sent_at=NOW)
    undo(client, "people:undo_end", role.pk)
    assert letters.filter(kind="accelerator.role_given_back", subject__contains="again").count() == 1


def test_an_end_stays_after_a_fortnight_or_once_the_role_was_given_anew(panel, signed_in):
    client = signed_in(panel.manager)
    role = end(client, panel)
    factories.at(NOW + timedelta(days=14))
    assert "more than fourteen days ago" in undo(client, "people:undo_end", role.pk)
    factories.at(NOW)
    Role.objects.create(user=role.user, programme=role.programme, kind=role.kind)
    assert "They have this role again already." in undo(client, "people:undo_end", role.pk)


def test_another_manager_does_not_give_the_role_back(panel, signed_in):
    role = end(signed_in(panel.manager), panel)
    other = signed_in(factories.make_manager(panel.call.programme, "Noor Haddad"))
    assert other.post(reverse("people:undo_end", args=[role.pk])).status_code == 404
