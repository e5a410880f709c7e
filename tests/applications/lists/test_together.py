"""Labels, who looks after an application, and one act on many, each by its own verb."""

import factories
import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accelerator.models import HistoryEntry
from accelerator.transitions import NotAllowed
from applications.lists import labelling, together
from applications.models import Application, ApplicationLabel, Charge, Label
from applications.reviewing import conflicts
from applications.selecting import emptying

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING


def listed(call, query="") -> str:
    return reverse("lists:applications", args=[call.pk]) + query


@pytest.fixture
def manager(cast, reviewing, signed_in):
    return signed_in(cast.manager)


def act(client, call, which, query="", **data) -> list[str]:
    """What the page says afterwards. `which` are names of startups, or lines that a page showed."""
    page = client.get(listed(call))
    lines = {line.cells[0].text: line.key for line in page.context["lines"]}
    ticked = [lines.get(one, one) for one in which]
    response = client.post(reverse("lists:act", args=[call.pk]) + query, {"which": ticked, **data})
    assert response.status_code == 302
    assert response.url == listed(call, query)
    return [str(one) for one in get_messages(response.wsgi_request)]


def labels(application) -> list[str]:
    return list(
        ApplicationLabel.objects.filter(application=application).values_list("label__name", flat=True)
    )


# --- Labels ---------------------------------------------------------------------------------------------
def test_a_label_is_made_by_its_first_use_set_found_and_taken_off(cast, manager):
    said = act(manager, cast.call, ["Papyrus", "Kestrel"], act="label", label=" Call  back ")
    assert said == ["2 applications labelled."]
    assert labels(cast.application) == labels(cast.rival_application) == ["Call back"]
    assert Label.objects.count() == 1
    act(manager, cast.call, ["Kestrel"], act="take_label_off", label="call BACK")
    page = manager.get(listed(cast.call, "?q=label:%22call+back%22"))
    assert [line.cells[0].text for line in page.context["lines"]] == ["Papyrus"]
    entries = HistoryEntry.objects.filter(action__startswith="application.label").order_by("pk")
    assert [(one.action, one.changes["label"]) for one in entries] == [
        ("application.labelled", ["", "Call back"]),
        ("application.labelled", ["", "Call back"]),
        ("application.label_taken_off", ["Call back", ""]),
    ]


def test_the_same_label_again_changes_nothing(cast, manager):
    for name in ("Call back", "CALL BACK"):
        act(manager, cast.call, ["Papyrus"], act="label", label=name)
    assert labels(cast.application) == ["Call back"]
    assert HistoryEntry.objects.filter(action="application.labelled").count() == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, 'with "quotes"', "\u200b"])
def test_what_cannot_be_looked_for_is_no_label(cast, reviewing, name):
    with pytest.raises(NotAllowed):
        labelling.label(cast.application, name, by=cast.manager, now=NOW)
    assert not Label.objects.exists()


def test_a_label_of_another_call_is_not_offered_here(cast, manager):
    other = factories.make_call(slug="2024")
    labelling.label(factories.make_application(other), "Elsewhere", by=cast.manager, now=NOW)
    assert "Elsewhere" not in manager.get(listed(cast.call)).text


def test_a_label_that_only_a_barred_application_bears_is_not_told(cast, manager):
    second = factories.make_manager(cast.call.programme, "Odile Ferrand")
    labelling.label(cast.application, "Patent case", by=second, now=NOW)
    labelling.label(cast.rival_application, "Call back", by=second, now=NOW)
    assert "Patent case" in manager.get(listed(cast.call)).text
    conflicts.recuse(cast.application, who=cast.manager, reason="Cousin", by=cast.manager, now=NOW)
    page = manager.get(listed(cast.call)).text
    assert "Patent case" not in page
    assert "Call back" in page


# --- Who looks after it -----------------------------------------------------------------------------------
def test_a_manager_looks_after_an_application_until_somebody_else_does(cast, manager):
    second = factories.make_manager(cast.call.programme, "Odile Ferrand")
    act(manager, cast.call, ["Papyrus"], act="put_in_charge", person=second.pk)
    assert Charge.objects.get().person == second
    page = manager.get(listed(cast.call, "?q=responsible:odile"))
    assert [line.cells[0].text for line in page.context["lines"]] == ["Papyrus"]
    page = manager.get(listed(cast.call, "?q=responsible:nobody"))
    assert [line.cells[0].text for line in page.context["lines"]] == ["Kestrel"]
    act(manager, cast.call, ["Papyrus"], act="put_in_charge", person="nobody")
    assert not Charge.objects.exists()
    changes = [
        one.changes["in_charge"] for one in HistoryEntry.objects.filter(action="application.put_in_charge")
    ]
    assert sorted(changes) == [["", "Odile Ferrand"], ["Odile Ferrand", ""]]


def test_nobody_with_a_conflict_and_nobody_from_outside_looks_after_one(cast, reviewing):
    second = factories.make_manager(cast.call.programme, "Odile Ferrand")
    conflicts.recuse(cast.application, who=second, reason="Cousin", by=second, now=NOW)
    for person in (second, cast.other_manager, cast.founder):
        with pytest.raises(NotAllowed):
            labelling.put_in_charge(cast.application, person, by=cast.manager, now=NOW)
    for verb, given in (
        (labelling.label, "Mine"),
        (labelling.take_label_off, "Mine"),
        (labelling.put_in_charge, None),
    ):
        with pytest.raises(NotAllowed, match="conflict of interest"):
            verb(cast.application, given, by=second, now=NOW)


# --- Together -------------------------------------------------------------------------------------------
def test_each_is_told_what_became_of_it_and_a_refusal_stops_no_other(cast, manager):
    factories.make_application(cast.call, name="Umi")
    factories.make_application(cast.call, name="Ardoise", sealed=True)
    said = act(
        manager,
        cast.call,
        ["Papyrus", "Umi", "Ardoise"],
        act="screen",
        verdict="ineligible",
        reason="Too late",
    )
    assert said == [
        "2 applications screened.",
        "Not done for Umi: Only sealed applications are screened: the call is still running for this one.",
    ]
    assert set(Application.objects.filter(eligibility="ineligible").values_list("startup__name", flat=True)) == {
        "Papyrus", "Ardoise",
    }  # fmt: skip


def test_a_verdict_that_somebody_gave_since_the_page_was_opened_stands(cast, manager):
    page = manager.get(listed(cast.call))
    line = {one.cells[0].text: one.key for one in page.context["lines"]}["Papyrus"]
    act(manager, cast.call, ["Papyrus"], act="screen", verdict="ineligible", reason="First")
    said = act(manager, cast.call, [line], act="screen", verdict="eligible")
    assert len(said) == 1
    assert said[0].startswith("Not done for Papyrus: Changed meanwhile")
    cast.application.refresh_from_db()
    assert cast.application.eligibility == "ineligible"


def test_what_is_refused_leaves_nothing_half_done(cast, reviewing):
    def half(application):
        labelling.label(application, "Half", by=cast.manager, now=NOW)
        raise NotAllowed("No.")

    fates = together.each([cast.application, cast.rival_application], half)
    assert (fates.done, list(fates.refused)) == ([], ["No."])
    assert not Label.objects.exists()


def test_all_that_was_found_means_all_pages_of_this_search_and_state(cast, manager, monkeypatch):
    for number in range(3):
        factories.make_application(cast.call, name=f"Draft {number}")
    act(manager, cast.call, [], "?show=draft&q=draft", act="label", label="Nudge", all_found="on")
    assert ApplicationLabel.objects.count() == 3
    assert not labels(cast.application)
    monkeypatch.setattr(together, "AT_MOST", 2)
    said = act(manager, cast.call, [], "?show=draft", act="label", label="More", all_found="on")
    assert said == ["That is more than 2 at once. Narrow the list first."]
    assert not Label.objects.filter(name="More").exists()


def test_no_act_reaches_what_has_a_conflict_or_stands_in_another_call(cast, manager):
    other = factories.make_application(factories.make_call(slug="2024"), name="Elsewhere")
    conflicts.recuse(cast.application, who=cast.manager, reason="Cousin", by=cast.manager, now=NOW)
    barred = f"{cast.application.public_id}.0"
    assert act(manager, cast.call, [barred, other.public_id], act="label", label="Mine") == [
        "Tick at least one application."
    ]
    act(manager, cast.call, [], act="label", label="Mine", all_found="on")
    assert labels(cast.rival_application) == ["Mine"]
    assert not labels(cast.application)
    assert not labels(other)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"act": "label"}, "Type or choose a label."),
        ({"act": "put_in_charge"}, "Choose who looks after it."),
        ({"act": "screen"}, "Choose a verdict."),
        ({"act": "explode"}, "Select a valid choice. explode is not one of the available choices."),
        (
            {"act": "put_in_charge", "person": "999999"},
            "Select a valid choice. 999999 is not one of the available choices.",
        ),
    ],
)
def test_an_act_without_what_it_needs_is_refused_in_a_sentence(cast, manager, data, sentence):
    assert sentence in " ".join(act(manager, cast.call, ["Papyrus"], **data))


def test_labels_go_with_the_application(cast, reviewing):
    labelling.label(cast.application, "Call back", by=cast.manager, now=NOW)
    labelling.put_in_charge(cast.application, cast.manager, by=cast.manager, now=NOW)
    emptying.empty(cast.application, why="time", now=NOW)
    assert not labels(cast.application)
    assert not Charge.objects.exists()
    assert "Call back" not in str(list(HistoryEntry.objects.values_list("side__values", flat=True)))
