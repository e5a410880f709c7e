"""A programme goes out as its file and comes back: what was written changes nothing, and nothing goes unasked."""

from datetime import timedelta
from pathlib import Path

import factories
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from page_forms import Form

from accelerator.models import HistoryEntry, Programme, Topic
from accelerator.programmes import programme_file, written
from applications.models import Call, Question
from applications.questions import kinds
from applications.reviewing import screening_rules
from applications.setup import questions
from chaos.typed_answers import ROW_COLUMNS

pytestmark = pytest.mark.django_db
BEFORE = factories.OPENS_AT - timedelta(days=1)
FILES = [Path("programmes/ai-startup-program.toml"), Path("tests/programmes/small-programme.toml")]


def load(text: str, **options) -> programme_file.Loading:
    return programme_file.load(programme_file.read(text, "programme.toml"), now=BEFORE, **options)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_was_written_changes_nothing_and_makes_the_same_programme_elsewhere(path):
    load(path.read_text())
    text = written.text(Programme.objects.get())
    again = load(text)
    assert again.said == []
    assert again.differences == 0
    slug = Programme.objects.get().slug
    elsewhere = text.replace(f'slug = "{slug}"', 'slug = "elsewhere"', 1)
    load(elsewhere)
    assert written.text(Programme.objects.get(slug="elsewhere")) == elsewhere


@pytest.fixture
def call():
    load(FILES[1].read_text())
    return Call.objects.select_related("programme").get()


def test_every_kind_of_question_comes_back_as_it_was(call):
    section = call.sections.first()
    for position, kind in enumerate(kinds.KINDS):
        more = {
            "choice": CHOICES,
            "choices": CHOICES,
            "integer": {"unit": "GPU hours"},
            "long_text": {"max_characters": 300},
            "rows": {"row_columns": ROW_COLUMNS, "min_rows": 2},
        }.get(kind, {})
        if kind == "country":
            more = {"shown_if": {"question": "k-choice", "answers": ["b"]}}
        asked = Question(
            call=call, section=section, key=f"k-{kind}".replace("_", "-"), kind=kind, position=40 + position,
            seen_by="managers" if kind == "phone" else "reviewers", is_personal=kind == "phone",
            label={"en": f"A {kind}", "fr": f"Un {kind}"}, help={"en": "With “signs”, and\ntwo lines"}, **more,
        )  # fmt: skip
        questions.save(asked, by=None, now=BEFORE)
    assert load(written.text(call.programme)).said == []


def with_a_rule(text: str, rule: str) -> str:
    """The small programme with this rule in its only call."""
    head, table, rest = text.partition("[[calls.sections]]")
    return f"{head}[[calls.screening_rules]]\n{rule}\n\n{table}{rest}"


def test_rules_of_the_screening_go_out_and_come_back(call):
    asked = call.questions.filter(kind="country").first() or call.questions.first()
    screening_rules.add(call, asked, "answered", [], by=None, now=BEFORE)
    text = written.text(call.programme)
    assert "screening_rules = [" in text
    assert load(text).said == []
    call.screening_rules.all().delete()
    load(text)
    assert call.screening_rules.get().question == asked.key


def test_a_rule_in_the_file_is_changed_and_removed_by_its_verbs(call):
    plain, key = FILES[1].read_text(), call.questions.first().key
    rule = f'question = "{key}"\ntest = "at_least"\nvalues = [2019]'
    said = load(with_a_rule(plain, rule)).said
    assert len(said) == 1
    assert "is at least this number or year: 2019" in said[0]
    assert load(with_a_rule(plain, rule)).said == []
    assert "2021" in load(with_a_rule(plain, rule.replace("2019", '"2021"'))).said[0]
    with pytest.raises(programme_file.FileRefused, match="no longer has"):
        load(plain)
    assert call.screening_rules.get().values == ["2021"]
    load(plain, allow_removal=True)
    assert not call.screening_rules.exists()


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ('question = "nothing"\ntest = "answered"', "is no question of this call"),
        ('question = "{key}"\ntest = "one_of"', "any other takes one or more"),
        ('question = "{key}"\ntest = "answered"\nvalues = ["a"]', "takes no values"),
        ('question = "{key}"\ntest = "at_least"\nvalues = ["soon"]', "Write one number, such as 2019"),
        ('question = "{key}"\ntest = "guessed"', "answered"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_its_line(call, rule, sentence):
    text = with_a_rule(FILES[1].read_text(), rule.replace("{key}", call.questions.first().key))
    with pytest.raises(programme_file.FileRefused, match=rf"line \d+: .*{sentence}"):
        load(text)


CHOICES = {
    "choices": [{"value": "a", "label": {"en": "A"}}, {"value": "b", "label": {"en": "B", "fr": "Bé"}}]
}


# --- Nothing goes unasked -----------------------------------------------------------------------------
def without_a_topic(text: str) -> str:
    before, _table, after = text.partition("[[topics]]")
    return before + "[[topics]]" + after.partition("[[topics]]")[2]


def test_what_the_file_no_longer_has_is_removed_only_when_asked():
    load(FILES[1].read_text())
    first = Topic.objects.first()
    shorter = without_a_topic(FILES[1].read_text())
    with pytest.raises(programme_file.FileRefused, match=f"no longer has topic “{first}”"):
        load(shorter)
    assert Topic.objects.filter(pk=first.pk).exists()
    assert f"Removed: topic “{first}”." in load(shorter, allow_removal=True).said
    assert not Topic.objects.filter(pk=first.pk).exists()


def test_a_dry_run_says_everything_and_does_nothing(tmp_path, capsys):
    load(FILES[1].read_text())
    file = tmp_path / "changed.toml"
    changed = without_a_topic(FILES[1].read_text()).replace("seats = 2", "seats = 3")
    file.write_text(changed.replace("Half of the laboratory has it.", "Half of us have it."))
    call_command("load_programme", str(file), dry_run=True)
    said = capsys.readouterr().out
    assert "seats was 2, becomes 3." in said
    assert "answer was “No. Half of the laboratory has it.”, becomes “No. Half of us have it.”." in said
    assert "Removed: topic" in said
    assert Call.objects.get().seats == 2
    assert load(FILES[1].read_text()).said == []


def test_the_command_writes_the_file_and_names_the_programmes_that_there_are(capsys, call):
    call_command("export_programme", call.programme.slug)
    assert 'slug = "lighthouse-residency"' in capsys.readouterr().out
    with pytest.raises(CommandError, match="Known are: lighthouse-residency"):
        call_command("export_programme", "nowhere")


# --- In the dashboard ---------------------------------------------------------------------------------
@pytest.fixture
def manager(call, signed_in):
    factories.at(BEFORE)
    return signed_in(factories.make_manager(call.programme))


def drop(client, programme, text: str):
    address = reverse("setup:as_file", args=[programme.slug])
    return client.post(address, {"file": SimpleUploadedFile("programme.toml", text.encode())})


def test_a_manager_takes_the_file_away_and_drops_it_changed(call, manager):
    programme = call.programme
    taken = manager.get(reverse("setup:download_file", args=[programme.slug]))
    assert taken["Content-Disposition"] == 'attachment; filename="lighthouse-residency.toml"'
    text = taken.content.decode()
    assert "This file changes nothing." in drop(manager, programme, text).text
    page = drop(manager, programme, text.replace(programme.place, "Lyon"))
    assert "becomes “Lyon”." in page.text
    programme.refresh_from_db()
    assert programme.place != "Lyon"
    answer = manager.post(reverse("setup:as_file", args=[programme.slug]), Form(page.text, "seen").values)
    assert answer.status_code == 302
    programme.refresh_from_db()
    assert programme.place == "Lyon"
    assert HistoryEntry.objects.filter(action="programme.loaded", actor__isnull=False).exists()


def test_a_load_is_refused_when_it_would_change_something_else_by_now(call, manager):
    programme = call.programme
    text = written.text(programme).replace(programme.place, "Lyon")
    given = Form(drop(manager, programme, text).text, "seen").values
    Programme.objects.update(place="Nantes")
    answer = manager.post(reverse("setup:as_file", args=[programme.slug]), given).text
    assert "no longer what you read" in answer
    assert "place was “Nantes”, becomes “Lyon”." in answer


def test_what_is_wrong_with_a_file_is_said_with_its_line(call, manager):
    text = written.text(call.programme)
    assert "this is not TOML" in drop(manager, call.programme, text + "\n[[").text
    other = text.replace('slug = "lighthouse-residency"', 'slug = "another"')
    assert "`tool` is no key of the file" in drop(manager, call.programme, "[tool.deptry]\nx = 1\n").text
    assert "This is the file of “another”." in drop(manager, call.programme, other).text
    assert "is not UTF-8" in manager.post(
        reverse("setup:as_file", args=[call.programme.slug]),
        {"file": SimpleUploadedFile("programme.toml", b"\xff\xfe\x00")},
    ).text  # fmt: skip


def test_whoever_applied_in_one_of_its_calls_neither_takes_nor_drops_the_file(call, signed_in):
    applied = factories.make_manager(call.programme)
    factories.make_manager(call.programme, "Noor Haddad")
    factories.make_application(call, applied, name="Papyrus")
    client = signed_in(applied)
    for name in ("as_file", "download_file"):
        assert client.get(reverse(f"setup:{name}", args=[call.programme.slug])).status_code == 404
