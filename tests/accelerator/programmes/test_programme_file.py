"""A programme is one file: it loads whole or not at all, twice changes nothing, and says what is wrong where."""

import re
from datetime import UTC, datetime, time
from pathlib import Path

import factories
import pytest
from django.core.management import CommandError, call_command

from accelerator import wording
from accelerator.models import HistoryEntry, Partner, Programme
from applications.models import Call, CallWindow, Question
from cohorts.models import Event, Perk

pytestmark = pytest.mark.django_db

FIRST = Path("programmes/ai-startup-program.toml")
SMALL = Path("tests/programmes/small-programme.toml")


@pytest.fixture
def load(tmp_path, capsys):
    """`load(path, {"old": "new"})` loads the file with these replacements and returns what was printed."""

    def load(path=SMALL, changes=(), **options):
        text = path.read_text()
        for old, new in dict(changes).items():
            assert old in text
            text = text.replace(old, new, 1)
        file = tmp_path / "programme.toml"
        file.write_text(text)
        capsys.readouterr()
        call_command("load_programme", str(file), **options)
        return capsys.readouterr().out

    return load


def test_the_first_edition_loads_whole(load):
    load(FIRST)
    call = Call.objects.get()
    assert (call.seats, call.questions.count(), call.criteria.count()) == (5, 25, 5)
    assert CallWindow.objects.get().opens_at == datetime(2023, 11, 8, 8, tzinfo=UTC)
    assert CallWindow.objects.get().closes_at == datetime(2023, 12, 1, 23, tzinfo=UTC)
    assert Perk.objects.get(key="gpu-credits").partner.name == "Scaleway"
    assert Event.objects.get(kind="demo_day").starts_at == datetime(2024, 6, 20, 15, 30, tzinfo=UTC)


def test_another_programme_has_its_own_zone_languages_and_closing(load):
    load()
    call = Call.objects.get()
    assert call.window.closes_at == datetime(2024, 3, 15, 19, 30, tzinfo=UTC)
    assert call.programme.name == "Lighthouse Residency"
    assert call.programme.statement["fr"].startswith("Dix semaines")
    assert call.questions.get(key="publishing").choices[1] == {
        "value": "data",
        "label": {"en": "Data", "fr": "Des données"},
    }
    assert list(call.reminders.order_by("pk").values_list("days_before", "at", "hours_before")) == [
        (5, time(9, 30), None),
        (None, None, 3),
    ]


def test_loading_twice_changes_nothing(load):
    load(FIRST)
    before = HistoryEntry.objects.count()
    assert load(FIRST) == "AI Startup Program: nothing changed.\n"
    assert HistoryEntry.objects.count() == before


def test_two_programmes_live_side_by_side(load):
    load(FIRST)
    load(SMALL)
    assert Programme.objects.count() == 2
    assert load(FIRST) == "AI Startup Program: nothing changed.\n"


def test_a_change_is_made_in_place_and_said(load):
    load()
    question = Question.objects.get(key="plan")
    said = load(
        changes={"max_words = 250": "max_words = 300", 'name = "Harbour Compute"': 'name = "Harbour"'}
    )
    assert said == "Lighthouse Residency: changed 1 partner, 1 question.\n"
    question.refresh_from_db()
    assert question.max_words == 300


def test_a_call_may_have_a_zone_of_its_own_in_which_its_moments_are_meant(load):
    own = {
        'slug = "spring"\n': 'slug = "spring"\ntime_zone = "AoE"\n',
        "2024-03-15T17:00:00": "2024-03-16T00:00:00",
    }
    load(changes=own)
    call = Call.objects.get()
    assert call.time_zone == "Etc/GMT+12"
    assert call.window.closes_at == datetime(2024, 3, 16, 12, tzinfo=UTC)
    assert wording.deadline(call.window.deadline, call) == (
        "Friday 15 March 2024, 23:59 anywhere on earth (UTC−12) · Saturday 09:29 in St John’s"
    )
    assert "nothing changed" in load(changes=own)


def test_a_file_does_not_take_time_from_those_who_have_begun(load):
    load()
    earlier = {"2024-03-15T17:00:00": "2024-03-14T17:00:00"}
    factories.at(datetime(2024, 3, 1, tzinfo=UTC))
    factories.make_application(Call.objects.get())
    with pytest.raises(CommandError, match="would close earlier than its founders were promised"):
        load(changes=earlier)
    Call.objects.get().applications.all().delete()
    assert "changed 1 call window" in load(changes=earlier)


def test_what_the_file_no_longer_has_is_removed(load):
    load()
    topic = '[[topics]]\nkey = "ice"\nlabel = "Ice and charts"\n'
    assert load(changes={topic: ""}, allow_removal=True).startswith(
        "Lighthouse Residency: changed 1 topic; removed 1 topic."
    )


WITHOUT_BERTHS = {'key = "berths"': 'key = "bunks"'}


def test_a_question_that_has_answers_stays(load):
    load()
    application = factories.make_application(Call.objects.get(), answers={"berths": 4})
    with pytest.raises(
        CommandError, match=r"line \d+: 1 application answers the question “berths”, so it stays"
    ):
        load(changes=WITHOUT_BERTHS, allow_removal=True)
    application.answer_rows.filter(key="berths").update(value=None)
    assert "Note: 1 applications to “Lighthouse Residency · Spring residency” have begun" in load(
        changes=WITHOUT_BERTHS, allow_removal=True
    )


def test_a_partner_that_people_belong_to_stays(load):
    load()
    programme = Programme.objects.get()
    factories.give_role(
        factories.make_user(), programme, "reviewer", Partner.objects.get(slug="harbour-compute")
    )
    text = SMALL.read_text()
    entry = text[text.index('[[partners]]\nslug = "harbour') : text.index("[[benefits]]")]
    perk = text[text.index("[[perks]]") : text.index("[[events]]")]
    with pytest.raises(
        CommandError, match="“Harbour Compute” is missing here, but roles refer to it; put it back"
    ):
        load(changes={entry: "", perk: ""})
    assert Perk.objects.exists()


def test_the_window_of_a_sealed_call_stays(load):
    load()
    CallWindow.objects.update(sealed_at=datetime(2024, 3, 15, 20, tzinfo=UTC))
    with pytest.raises(CommandError, match="sealed"):
        load(changes={"closes_at = 2024-03-15T17:00:00": "closes_at = 2024-03-16T17:00:00"})


WRONG = {
    "an unknown key": (
        {"opens_at = 2024-02-01": "opens_att = 2024-02-01"},
        "`opens_att` is no key of [[calls]]; did you mean `opens_at`?",
    ),
    "an unknown table": ({"[[faq]]": "[[questions]]"}, "`questions` is no key of the file; choose from"),
    "a missing key": ({"seats = 2": ""}, "[[calls]] lacks `seats`; add it, seats = …"),
    "a number in quotes": ({"seats = 2": 'seats = "2"'}, '`seats` = "2": write a whole number such as 5.'),
    "no seat": ({"seats = 2": "seats = 0"}, "`seats` = 0: make it 1 or more."),
    "a date in quotes": (
        {"decision_on = 2024-04-10": 'decision_on = "10 April"'},
        '`decision_on` = "10 April": write a day such as 2023-12-01',
    ),
    "a date with a time": (
        {"decision_on = 2024-04-10": "decision_on = 2024-04-10T10:00:00"},
        "`decision_on` = 2024-04-10T10:00:00: write a day such as",
    ),
    "an offset": (
        {"opens_at = 2024-02-01T12:00:00": "opens_at = 2024-02-01T12:00:00Z"},
        "`opens_at` = 2024-02-01T12:00:00+00:00 has an offset; write the time on the wall",
    ),
    "seconds": (
        {"closes_at = 2024-03-15T17:00:00": "closes_at = 2024-03-15T16:59:59"},
        "`closes_at` = 2024-03-15T16:59:59 is not on a whole minute; leave the seconds at 00.",
    ),
    "a time that the clocks skip": (
        {"opens_at = 2024-02-01T12:00:00": "opens_at = 2024-03-10T02:30:00"},
        "2024-03-10 02:30 does not exist in America/St_Johns: the clocks change. Choose another time.",
    ),
    "a time that happens twice": (
        {"starts_at = 2024-05-22T14:00:00": "starts_at = 2024-11-03T01:15:00"},
        "2024-11-03 01:15 happens twice in America/St_Johns: the clocks change.",
    ),
    "closing before opening": (
        {"closes_at = 2024-03-15T17:00:00": "closes_at = 2024-01-15T17:00:00"},
        "`closes_at` = 2024-01-15T17:00:00: the call would close before it opens; choose a later end.",
    ),
    "two ends": (
        {"seats = 2": "seats = 2\nlast_day = 2024-03-15"},
        "[[calls]]: a call takes exactly one of last_day (a whole day) and closes_at (a moment); keep one.",
    ),
    "a decision before the reviews": (
        {"decision_on = 2024-04-10": "decision_on = 2024-04-01"},
        "`decision_on` = 2024-04-01 is before reviews_due_on = 2024-04-05; choose a later day.",
    ),
    "weights": ({"weight = 30": "weight = 20"}, "`criteria`: the weights sum to 90; change them so"),
    "an anchor off the scale": ({"10 = ": "11 = "}, "`11`"),
    "an unknown partner": (
        {'partner = "ocean-lab"': 'partner = "ocean-lap"'},
        '`partner` = "ocean-lap" is no slug of [[partners]]; did you mean `ocean-lab`?',
    ),
    "an unknown call": ({'call = "spring"': 'call = "autumn"'}, "is no slug of [[calls]]; choose from `spring`."),
    "a question twice": (
        {'key = "berths"': 'key = "plan"'},
        '`key` = "plan" is the key of another question of this call; choose another.',
    ),
    "a column twice": ({'fills = "country"': 'fills = "name"'}, "is filled by another question already"),
    "a topic twice": ({'key = "ice"': 'key = "sound"'}, '`key` = "sound" is there twice; change or remove'),
    "an unknown kind": ({'kind = "integer"': 'kind = "number"'}, '`kind` = "number": write '),
    "a key of another kind": (
        {'kind = "country"': 'kind = "country"\nmax_words = 3'},
        "`max_words` is no key of [[calls.sections.questions]]",
    ),
    "minimum above maximum": ({"min = 2": "min = 7"}, "`max` = 6 is below min = 7; swap them."),
    "a zone": ({"America/St_Johns": "America/St_John"}, '`time_zone` = "America/St_John" is no time zone;'),
    "an address": ({"residency@lighthouse.example": "residency"}, '`contact` = "residency" is no e-mail address;'),
    "a long statement": ({"Ten weeks by": "Ten weeks " * 5 + "by"}, "`statement` has 93 characters; make it 90"),
    "a language": ({"{ en = \"Fish\", fr": "{ de = \"Fisch\", fr"}, "is empty in the programme's language, “en”"),
    "a reminder of both sorts": ({"hours_before = 3": "hours_before = 3\ndays_before = 1"}, "either days_before with"),
    "TOML itself": ({'slug = "spring"': "slug = spring"}, "this is not TOML (Invalid value); check the quotes"),
    "another format": ({"format = 1": "format = 2"}, "`format` = 2: write 1."),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_what_is_wrong_is_said_with_its_line_and_remedy(fault, load, tmp_path):
    changes, sentence = WRONG[fault]
    with pytest.raises(CommandError) as refused:
        load(changes=changes)
    first, *_rest, last = str(refused.value).splitlines()
    assert sentence in first
    assert last == "Nothing was loaded."
    number = int(re.match(rf"{tmp_path}/programme.toml, line (\d+): ", first).group(1))
    names = re.findall(r"`(\w+)`", first)[:1]
    line = (tmp_path / "programme.toml").read_text().splitlines()[number - 1]
    assert not names or names[0] in line or "[[" in line
    assert not Programme.objects.exists()


def test_everything_wrong_is_said_at_once_in_the_order_of_the_file(load):
    with pytest.raises(CommandError) as refused:
        load(
            changes={
                "minutes = 120": "minutes = 0",
                "weight = 30": "weight = 20",
                'slug = "ocean': 'slugg = "ocean',
            }
        )
    found = [int(number) for number in re.findall(r"line (\d+)", str(refused.value))]
    assert len(found) >= 3
    assert found == sorted(found)


def test_a_missing_file_is_said():
    with pytest.raises(CommandError, match=r"nowhere\.toml: No such file"):
        call_command("load_programme", "nowhere.toml")
