"""The reviewers of a call as its managers see them: asked in, changed, paused, taken off the list."""

import factories
import pytest
from django.urls import reverse

from accelerator import as_seen
from accelerator.models import HistoryEntry, Invitation
from applications.models import Assignment, AwaitedReviewer, Reviewer
from applications.reviewing import assigning, conflicts, panel

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING


@pytest.fixture
def client(client, manager):
    return factories.sign_in(client, manager)


def list_of(call) -> str:
    return reverse("reviewing:reviewers", args=[call.pk])


def page_of(reviewer, act: str = "reviewer") -> str:
    return reverse(f"reviewing:{act}", args=[reviewer.call_id, reviewer.pk])


def asked(call, **fields) -> dict:
    return {"emails": "ada@people.example", "capacity": "12", "topics": ["vision"], **fields}


def test_a_newcomer_is_asked_and_awaited_for_this_call_with_what_is_said_of_them(client, call):
    meta = call.programme.partners.get(slug="meta")
    wish = asked(call, emails="ada@people.example, Joris <joris@people.example>", partner=meta.pk)
    assert client.post(list_of(call), wish).status_code == 302
    awaited = AwaitedReviewer.objects.get(email="ada@people.example")
    assert (awaited.call, awaited.partner, awaited.topics, awaited.capacity) == (call, meta, ["vision"], 12)
    assert Invitation.objects.filter(kind="reviewer").count() == 2
    text = client.get(list_of(call)).text
    assert "joris@people.example" in text
    assert "The link has run out" not in text
    Invitation.objects.update(expires_at=factories.WHILE_OPEN)
    assert "The link has run out" in client.get(list_of(call)).text


def test_who_applied_is_not_asked_and_nobody_beside_them(client, call):
    founder = factories.make_application(call, submitted=True).startup.members.get().user
    text = client.post(list_of(call), asked(call, emails=f"ada@people.example\n{founder.email}")).text
    assert "applied to this call, and cannot review it" in text
    assert "ada@people.example" in text  # what was typed stays
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("capacity", ["0", "501", "-3", "99999999999999999999", "many", ""])
def test_a_number_of_reviews_is_between_bounds(client, call, panel, capacity):
    assert client.post(list_of(call), asked(call, capacity=capacity)).status_code == 200
    assert not Invitation.objects.exists()
    wish = {"capacity": capacity, "seen": as_seen.version_of(panel[0])}
    assert client.post(page_of(panel[0]), wish).status_code == 200
    panel[0].refresh_from_db()
    assert panel[0].capacity == 30


def test_what_is_said_of_a_reviewer_is_changed_and_on_record(client, call, panel, manager):
    one, scaleway = panel[0], call.programme.partners.get(slug="scaleway")
    wish = {"partner": scaleway.pk, "topics": ["vision", "speech"], "capacity": "8", "is_chair": "on"}
    assert client.post(page_of(one), {**wish, "seen": as_seen.version_of(one)}).status_code == 302
    one.refresh_from_db()
    assert (one.partner, one.topics, one.capacity, one.is_chair) == (scaleway, ["vision", "speech"], 8, True)
    entry = HistoryEntry.objects.get(action="reviewer.changed")
    assert entry.actor == manager
    assert entry.changes["partner"] == ["Meta", "Scaleway"]


def test_a_page_that_became_stale_changes_nothing_and_keeps_what_was_typed(client, call, panel):
    one, other = panel[0], factories.make_manager(call.programme, "Ada Lovelace")
    seen = as_seen.version_of(one)
    panel_change(one, capacity=20, by=other)
    text = client.post(page_of(one), {"capacity": "9", "topics": ["vision"], "seen": seen}).text
    assert "Ada Lovelace" in text
    assert 'value="9"' in text
    one.refresh_from_db()
    assert one.capacity == 20


def panel_change(one, **wish):
    known = {name: getattr(one, name) for name in ("partner", "topics", "capacity", "is_chair")}
    panel.change(one, **{**known, **wish}, seen=str(as_seen.version_of(one)), now=NOW)


def test_who_is_paused_is_assigned_nothing_else_and_keeps_what_they_have(
    client, call, manager, panel, eligible
):
    papyrus, *_others = eligible("Papyrus", *(f"Kestrel {number}" for number in range(7)))
    factories.assign(panel[0], papyrus)
    assert client.post(page_of(panel[0], "pause_reviewer")).status_code == 302
    assigning.assign(call, by=manager, now=NOW)
    assert list(Assignment.objects.live().filter(reviewer=panel[0])) == [
        Assignment.objects.get(reviewer=panel[0], application=papyrus)
    ]
    other = Assignment.objects.live().exclude(reviewer=panel[0]).first()
    assert panel[0] not in assigning.possible_reviewers(other.application)
    assert "Paused" in client.get(list_of(call)).text
    assert client.post(page_of(panel[0], "resume_reviewer")).status_code == 302
    panel[0].refresh_from_db()
    assert panel[0].paused_at is None
    assert {"reviewer.paused", "reviewer.resumed"} <= set(
        HistoryEntry.objects.values_list("action", flat=True)
    )


def test_pausing_twice_says_so(client, panel):
    client.post(page_of(panel[0], "pause_reviewer"))
    assert "is paused already" in client.post(page_of(panel[0], "pause_reviewer"), follow=True).text


def test_who_was_assigned_something_stays_on_the_list(client, call, panel, eligible):
    (papyrus,) = eligible("Papyrus")
    factories.assign(panel[0], papyrus)
    answer = client.post(page_of(panel[0], "take_off_reviewer"), follow=True)
    assert "Something was assigned to them" in answer.text
    assert client.post(page_of(panel[1], "take_off_reviewer")).status_code == 302
    assert set(Reviewer.objects.filter(call=call)) == {panel[0], *panel[2:]}
    assert HistoryEntry.objects.get(action="reviewer.taken_off").name == str(panel[1].user)


def test_once_the_decisions_are_published_nothing_of_the_panel_changes(client, call, manager, panel):
    factories.release(call, manager, [])
    assert "Ask more people" not in client.get(list_of(call)).text
    assert "decisions of this call are published" in client.post(list_of(call), asked(call)).text
    wish = {"capacity": "9", "seen": as_seen.version_of(panel[0])}
    assert "decisions of this call are published" in client.post(page_of(panel[0]), wish).text
    assert not Invitation.objects.exists()


def test_the_page_of_a_reviewer_names_their_conflicts_but_none_of_the_readers_own(
    client, call, manager, panel, eligible
):
    papyrus, kestrel = eligible("Papyrus", "Kestrel")
    for application in (papyrus, kestrel):
        conflicts.recuse(application, who=panel[0].user, reason="Cousins", by=manager, now=NOW)
    conflicts.recuse(kestrel, who=manager, reason="Invested", by=manager, now=NOW)
    text = client.get(page_of(panel[0])).text
    assert "Papyrus" in text
    assert "Kestrel" not in text


def test_a_reviewer_of_another_call_is_not_found_there(client, call, panel):
    other = factories.make_call(call.programme, slug="2024")
    for act in ("reviewer", "pause_reviewer", "take_off_reviewer"):
        address = reverse(f"reviewing:{act}", args=[other.pk, panel[0].pk])
        assert client.post(address).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_the_same_however_many_review(client, call, django_assert_num_queries, count):
    for number in range(count):
        factories.make_reviewer(call, f"Reviewer {number}")
        AwaitedReviewer.objects.create(call=call, email=f"a{number}@people.example")
    client.get(list_of(call))
    with django_assert_num_queries(14):
        assert client.get(list_of(call)).status_code == 200
