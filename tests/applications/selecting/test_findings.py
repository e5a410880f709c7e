"""The numbers behind selection as a manager sees them: calibrated, explained, kept until something changes."""

import json
import re

import factories
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from applications.calls import findings_version
from applications.models import Application, FrozenDossier, Review
from applications.reviewing import reviews
from applications.scoring.verify_dossier import differences
from applications.selecting import deciding, dossiers, findings, letters, releasing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reviewing")]

# Four readers and eight applications; Lia gives three points more than anybody else would.
READERS = {"Lia Moss": "meta", "Per Holm": "scaleway", "Ana Ruiz": "hugging-face", "Wim Vos": "scaleway"}
MARKS = {
    "Ardoise": {"Lia Moss": 9, "Per Holm": 6, "Ana Ruiz": 6},
    "Brisant": {"Lia Moss": 10, "Per Holm": 7, "Ana Ruiz": 7},
    "Cadran": {"Lia Moss": 8, "Per Holm": 5, "Ana Ruiz": 4},
    "Drisse": {"Per Holm": 8, "Ana Ruiz": 8, "Lia Moss": 10},
    "Embrun": {"Wim Vos": 8, "Per Holm": 7, "Ana Ruiz": 7},
    "Fanal": {"Wim Vos": 6, "Per Holm": 6, "Ana Ruiz": 5},
    "Grisaille": {"Lia Moss": 7, "Wim Vos": 4, "Ana Ruiz": 3},
    "Halage": {"Lia Moss": 5, "Wim Vos": 2, "Ana Ruiz": 2},
}


@pytest.fixture
def panel(call):
    return {name: factories.make_reviewer(call, name, partner) for name, partner in READERS.items()}


@pytest.fixture
def read(call, panel):
    """Every application with its reviews, by name."""
    found = {}
    for name, marks in MARKS.items():
        found[name] = factories.make_application(call, name=name, eligible=True)
        for reader, mark in marks.items():
            factories.make_review(factories.assign(panel[reader], found[name]), mark, mark)
    return found


@pytest.fixture
def manager(call):
    return factories.sign_in(Client(), factories.make_manager(call.programme, "Zoé Lantier"))


def seen(response) -> str:
    """The words of a page."""
    assert response.status_code == 200, response
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def get(client, name, *args):
    return client.get(reverse(name, args=args))


# --- The ranking ------------------------------------------------------------------------------------------
def test_a_lenient_reader_moves_nobody_up(call, read, manager):
    rows = {row["name"]: row for row in get(manager, "selecting:ranking", call.pk).context["rows"]}
    assert rows["Brisant"]["mean"] > rows["Embrun"]["mean"]  # by raw means, thanks to Lia
    assert rows["Brisant"]["score"] < rows["Embrun"]["score"]
    assert rows["Embrun"]["place"] < rows["Brisant"]["place"]


def test_the_ranking_says_how_sure_it_is(call, read, manager):
    response = get(manager, "selecting:ranking", call.pk)
    rows = {row["name"]: row for row in response.context["rows"]}
    for row in rows.values():
        assert row["low"] < row["score"] < row["high"]
    assert rows["Drisse"]["chance"] == ">\u00a099\u00a0%"
    assert rows["Halage"]["chance"] in {f"{said}\u00a0%" for said in ("<\u00a01", 0, 1, 2)}
    assert "In the best 5" in seen(response)


def test_the_ranking_says_what_was_decided_on_each_line(call, read, manager):
    by = factories.make_manager(call.programme, "Paul Weiss")
    deciding.pick(read["Embrun"], reason="Its team", by=by, now=factories.REVIEWING)
    deciding.leave_out(read["Brisant"], by=by, now=factories.REVIEWING)
    page = get(manager, "selecting:ranking", call.pk).content.decode()
    line = {name: re.search(rf">{name}</a>.*?</tr>", page, re.DOTALL).group() for name in read}
    decisions = {name: re.findall(r"<td>([^<]*)</td>", line[name])[-1] for name in line}
    assert decisions["Embrun"] == "Selected"
    assert decisions["Brisant"] == "Not selected"
    assert decisions["Cadran"] == ""


def test_a_changed_mark_changes_the_ranking_at_once(call, read, manager):
    before = {row["name"]: row["score"] for row in get(manager, "selecting:ranking", call.pk).context["rows"]}
    review = Review.objects.get(
        assignment__application=read["Fanal"], assignment__reviewer__user__name="Ana Ruiz"
    )
    marks = dict.fromkeys(call.criteria.values_list("pk", flat=True), 10)
    reviews.submit(
        review.assignment, marks=marks, by=review.assignment.reviewer.user, now=factories.REVIEWING
    )
    after = {row["name"]: row["score"] for row in get(manager, "selecting:ranking", call.pk).context["rows"]}
    assert after["Fanal"] > before["Fanal"]


def test_without_reviews_the_pages_say_what_will_be_there(call, manager):
    factories.make_application(call, name="Ardoise", eligible=True)
    assert "Not read yet." in seen(get(manager, "selecting:ranking", call.pk))
    assert "No reviews are in yet." in seen(get(manager, "selecting:agreement", call.pk))
    one = Application.objects.get()
    assert "No score yet." in seen(get(manager, "selecting:score", call.pk, one.public_id))
    assert "nothing to export" in seen(manager.get(reverse("selecting:dossier", args=[call.pk]), follow=True))


def test_one_review_alone_breaks_no_page(call, panel, manager):
    one = factories.make_application(call, name="Ardoise", eligible=True)
    factories.make_review(factories.assign(panel["Lia Moss"], one), 7, 5)
    for page in (["selecting:ranking"], ["selecting:score", one.public_id], ["selecting:selection"]):
        assert "Ardoise" in seen(get(manager, page[0], call.pk, *page[1:]))


def test_one_review_alone_is_no_ground_for_figures(call, panel, manager):
    one = factories.make_application(call, name="Ardoise", eligible=True)
    factories.make_review(factories.assign(panel["Lia Moss"], one), 7, 5)
    agreement = seen(get(manager, "selecting:agreement", call.pk))
    assert "1 review so far. How far reviewers agree shows once an application has two." in agreement
    assert "no application has the reviews that it needs for a place" in agreement
    assert "Open Models 60 % 7.00 0.00 – – 0 %" in agreement
    assert "who is lenient or harsh cannot be told. Leniency" in agreement
    assert "Lia Moss Meta 1 6.20 – 1.00" in agreement
    assert "Chosen anew" not in agreement
    assert "connected" not in agreement
    score = seen(get(manager, "selecting:score", call.pk, one.public_id))
    assert "Without a place so far" in score
    assert "and nothing is corrected." in score
    assert "variant" not in score
    (row,) = get(manager, "selecting:ranking", call.pk).context["rows"]
    assert row["chance"] == "–", "of what it was compared with, it is the only one"


# --- One score --------------------------------------------------------------------------------------------
def test_the_amounts_of_a_score_add_up_to_the_digit(call, read, manager):
    for application in read.values():
        response = get(manager, "selecting:score", call.pk, application.public_id)
        amounts = response.context["amounts"]
        assert sum(amount for _label, amount, _is_change in amounts[:-1]) == amounts[-1][1]
        said = re.findall(r"<span>([+−]?\d+\.\d\d)</span>", response.content.decode())
        numbers = [float(one.replace("−", "-")) for one in said]
        assert round(sum(numbers[:-1]), 2) == numbers[-1]


def test_a_score_names_its_readers_and_what_was_taken_off(call, read, manager):
    text = seen(get(manager, "selecting:score", call.pk, read["Brisant"].public_id))
    for words in ("Lia Moss", "Leniency", "Calibrated score", "is above it", "variants"):
        assert words in text


# --- Agreement --------------------------------------------------------------------------------------------
def test_the_lenient_reader_is_found_and_the_criteria_compared(call, read, manager):
    response = get(manager, "selecting:agreement", call.pk)
    reviewers = response.context["reviewers"]
    assert reviewers[0]["name"] == "Lia Moss"
    assert reviewers[0]["low"] > 0
    assert len(response.context["criteria"]) == 2
    assert "Chosen anew in" in seen(response)


def test_marks_at_the_ceiling_are_asked_about(call, read, manager):
    text = seen(get(manager, "selecting:agreement", call.pk))
    assert "are 10: there is no room left above the best" in text


def test_an_unusual_review_is_asked_about(call, panel, manager):
    for number in range(30):
        one = factories.make_application(call, name=f"Startup {chr(65 + number)}", eligible=True)
        for position, reader in enumerate(("Lia Moss", "Per Holm", "Ana Ruiz")):
            given = 3 + (number + position) % 4
            factories.make_review(
                factories.assign(panel[reader], one), *[10 if (number, position) == (0, 0) else given] * 2
            )
    agreement = get(manager, "selecting:agreement", call.pk)
    assert "Lia Moss gave Startup A" in seen(agreement)
    assert get(manager, "selecting:ranking", call.pk).context["questions"] == len(
        agreement.context["questions"]
    )
    row = next(
        r for r in get(manager, "selecting:ranking", call.pk).context["rows"] if r["name"] == "Startup A"
    )
    assert "1 unusual review" in row["remarks"]
    recused = Application.objects.get(startup__name="Startup A")
    recused.recusals.create(user=manager.user, reason="Cousin", declared_by=manager.user)
    left = get(manager, "selecting:agreement", call.pk).context["questions"]
    assert get(manager, "selecting:ranking", call.pk).context["questions"] == len(left)
    assert not [one for one in left if "Startup A" in one["text"]]


# --- Who must not see -------------------------------------------------------------------------------------
def test_a_manager_who_still_has_to_review_one_sees_no_figure_of_it(call, read, manager):
    own = factories.make_reviewer(call, "Own", "meta")
    own.user, _old = manager.user, own.user
    own.save()
    factories.give_role(manager.user, call.programme, "reviewer", own.partner)
    factories.assign(own, read["Drisse"])
    text = seen(get(manager, "selecting:score", call.pk, read["Drisse"].public_id))
    assert "Shown once your own review is in." in text
    assert "Per Holm" not in text
    assert "Drisse" not in seen(get(manager, "selecting:agreement", call.pk))
    others = seen(get(manager, "selecting:score", call.pk, read["Brisant"].public_id))
    assert "Drisse" not in others
    row = next(r for r in get(manager, "selecting:ranking", call.pk).context["rows"] if r["name"] == "Drisse")
    assert row["is_hidden"]


def test_who_has_a_conflict_finds_no_score(call, read, manager):
    read["Drisse"].recusals.create(user=manager.user, reason="Cousin", declared_by=manager.user)
    assert get(manager, "selecting:score", call.pk, read["Drisse"].public_id).status_code == 404
    for name in ("selecting:ranking", "selecting:agreement", "selecting:selection"):
        assert "Drisse" not in seen(get(manager, name, call.pk))


# --- The dossier ------------------------------------------------------------------------------------------
def test_the_dossier_can_be_recomputed_and_names_nobody(call, read, manager, tmp_path):
    file = tmp_path / "dossier.json"
    call_command("export_selection", f"{call.programme.slug}/{call.slug}", str(file))
    text = file.read_text()
    assert differences(text) == []
    assert not [name for name in (*MARKS, *READERS) if name in text]
    response = get(manager, "selecting:dossier", call.pk)
    assert response.content.decode() == text
    assert response["Content-Disposition"].startswith("attachment")
    assert len(json.loads(text)["result"]["chosen"]) == call.seats


def test_the_dossier_holds_what_the_panel_decided_against_the_ranking(call, read, manager):
    by_place = [line.application for line in findings.of(call).standings]
    chosen = [*by_place[:4], by_place[6]]
    reserve = [by_place[5], by_place[4]]
    one = Application.objects.in_bulk(by_place)
    factories.release(call, manager.user, [one[pk] for pk in chosen], [one[pk] for pk in reserve])
    made = dossiers.made(call)
    assert [made.applications[number] for number in made.document["result"]["reserve"]] == reserve
    assert {made.applications[number] for number in made.document["result"]["chosen"]} == set(chosen)
    assert len(made.document["departures"]) == 1
    assert differences(made.text) == []


@pytest.mark.parametrize("first", [0, 1, 2, 3])
def test_among_equal_scores_the_dossier_holds_whom_the_panel_chose(call, panel, manager, first):
    equal = [factories.make_application(call, name=name, eligible=True) for name in MARKS]
    for application in equal:
        for reader in ("Lia Moss", "Per Holm", "Ana Ruiz"):
            factories.make_review(factories.assign(panel[reader], application), 6, 6)
    others = [*equal[:first], *equal[first + 5 :]]
    released(call, manager, equal[first : first + 5], others)
    assert differences(FrozenDossier.objects.get().text) == []
    made = dossiers.made(call)
    seats = {made.applications[number] for number in made.document["result"]["chosen"]}
    assert seats == {application.pk for application in equal[first : first + 5]}


def released(call, manager, chosen, reserve=()):
    """Through the board and the letters, as a manager does it."""
    for act, applications in ((deciding.pick, chosen), (deciding.put_in_reserve, reserve)):
        for application in applications:
            act(application, reason="As the panel said", by=manager.user, now=factories.REVIEWING)
    deciding.leave_out_all_others(call, by=manager.user, now=factories.REVIEWING)
    letters.prepare_letters(call, by=manager.user, now=factories.REVIEWING)
    releasing.release(call, reason="As the panel said", by=manager.user, now=factories.REVIEWING)
    return type(call).objects.get(pk=call.pk)


def test_the_dossier_is_a_draft_until_the_release(call, read, manager):
    response = get(manager, "selecting:dossier", call.pk)
    assert json.loads(response.content)["released_on"] is None
    assert response["Content-Disposition"].endswith('-draft.json"')
    assert "Download a draft of the dossier" in seen(get(manager, "selecting:ranking", call.pk))
    released(call, manager, list(read.values())[:5])
    response = get(manager, "selecting:dossier", call.pk)
    assert json.loads(response.content)["released_on"] == f"{factories.REVIEWING:%Y-%m-%d}"
    assert response["Content-Disposition"].endswith('-selection.json"')
    assert "Download the dossier" in seen(get(manager, "selecting:ranking", call.pk))


def test_whatever_happens_after_the_release_the_dossier_stays_to_the_byte(call, read, manager, tmp_path):
    by_place = [
        read[str(Application.objects.get(pk=line.application))] for line in findings.of(call).standings
    ]
    call = released(call, manager, [*by_place[:4], by_place[6]], [by_place[5], by_place[4]])
    before = get(manager, "selecting:dossier", call.pk).content
    assert differences(before.decode(), FrozenDossier.objects.get().seal) == []

    score = findings.of(call).standing[by_place[1].pk].score
    review = Review.objects.filter(assignment__application=by_place[1]).first()
    review.scores.update(value=1)
    findings_version.changed(call)
    Review.objects.filter(assignment__application=by_place[2]).first().delete()

    assert findings.of(call).standing[by_place[1].pk].score < score
    assert get(manager, "selecting:dossier", call.pk).content == before
    file = tmp_path / "dossier.json"
    call_command("export_selection", f"{call.programme.slug}/{call.slug}", str(file))
    assert file.read_bytes() == before


def test_the_database_refuses_to_change_a_frozen_dossier(call, read, manager):
    released(call, manager, list(read.values())[:5])
    frozen = FrozenDossier.objects.all()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        frozen.update(text="{}")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        frozen.delete()


def test_a_release_without_a_review_goes_without_a_dossier(call, panel, manager):
    chosen = [factories.make_application(call, name=name, eligible=True) for name in list(MARKS)[:5]]
    released(call, manager, chosen)
    assert not FrozenDossier.objects.exists()
    assert "nothing to export" in seen(manager.get(reverse("selecting:dossier", args=[call.pk]), follow=True))


def test_no_dossier_is_made_where_somebody_was_chosen_without_a_place(call, read, manager):
    unread = factories.make_application(call, name="Ilot", eligible=True)
    released(call, manager, [*list(read.values())[:4], unread])
    assert "Without enough reviews for a place, and yet decided for: Ilot." in seen(
        manager.get(reverse("selecting:dossier", args=[call.pk]), follow=True)
    )


def test_a_call_that_does_not_exist_is_refused_with_those_that_do(call, read, tmp_path):
    with pytest.raises(CommandError, match=f"{call.programme.slug}/{call.slug}"):
        call_command("export_selection", "nowhere/1999", str(tmp_path / "x.json"))


def test_a_choice_that_hangs_on_one_reviewer_is_asked_about(call, read, manager):
    type(call).objects.filter(pk=call.pk).update(seats=2)
    text = seen(get(manager, "selecting:agreement", call.pk))
    assert "Embrun would lose its seat to Brisant without the reviews of Wim Vos." in text
    rows = {row["name"]: row for row in get(manager, "selecting:ranking", call.pk).context["rows"]}
    assert "hangs on one reviewer" in rows["Embrun"]["remarks"]
    asked = get(manager, "selecting:agreement", call.pk).context["questions"]
    assert get(manager, "selecting:ranking", call.pk).context["questions"] == len(asked) > 0
