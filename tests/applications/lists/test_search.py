"""What a search finds among the applications of a call, and what it never looks into."""

import factories
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accelerator.models import Startup, TeamMember
from applications.applying import withdrawal
from applications.lists.query import parse
from applications.lists.search import facets_of, narrow
from applications.models import Answer, Application, Question, Submission

pytestmark = pytest.mark.django_db


def found(call, typed: str) -> list[str]:
    return [one.startup.name for one in _narrowed(call, typed).applications.order_by("startup__name")]


def problems(call, typed: str) -> list[str]:
    return _narrowed(call, typed).problems


def _narrowed(call, typed):
    return narrow(Application.objects.filter(call=call), facets_of(call), parse(typed))


@pytest.fixture
def three(call, while_open):
    stage = [
        {"value": key, "label": {"en": label}} for key, label in (("seed", "Seed"), ("pre-seed", "Pre-seed"))
    ]
    section = call.sections.get()
    Question.objects.create(
        call=call, section=section, key="stage", kind="choice", label="Stage", choices=stage, position=99
    )
    call.refresh_from_db()
    for name, founder, country, stage, problem, topics in (
        ("Übergabe", "Zoë Łukasik", "DE", "seed", "Œuvres of notaries in a straße.", ["language", "vision"]),
        ("Kestrel", "Noor Haddad", "FR", "pre-seed", "Open-source tools for land registers.", ["vision"]),
        ("Ålesund", "Søren Dahl", "NO", "seed", "Ships report to no harbour.", ["speech"]),
    ):
        answers = {
            "country": country,
            "stage": stage,
            "problem": problem,
            "topics": topics,
            "one_line": "One",
        }
        factories.make_application(
            call, factories.make_user(founder), name=name, answers=answers, submitted=True
        )
    return call


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["Kestrel", "Ålesund", "Übergabe"]),
        ("Ubergabe", ["Übergabe"]),
        ("ÜBERG", ["Übergabe"]),
        ("alesund", ["Ålesund"]),
        ("zoe", ["Übergabe"]),
        ("lukasik", ["Übergabe"]),
        ("soren", ["Ålesund"]),
        ("person:haddad", ["Kestrel"]),
        ("person:registers", []),
        ("oeuvres", ["Übergabe"]),
        ("STRASSE", ["Übergabe"]),
        ("regist", ["Kestrel"]),
        ('"regist"', []),
        ('"land registers"', ["Kestrel"]),
        ('"registers land"', []),
        ("registers land", ["Kestrel"]),
        ("open-source", ["Kestrel"]),
        ("open-sou", ["Kestrel"]),
        ("report harbour", ["Ålesund"]),
        ("report registers", []),
        ("-registers", ["Ålesund", "Übergabe"]),
        ("country:FR", ["Kestrel"]),
        ("country:fr", ["Kestrel"]),
        ("country:france", ["Kestrel"]),
        ("France", ["Kestrel"]),
        ("-country:FR", ["Ålesund", "Übergabe"]),
        ("stage:seed", ["Ålesund", "Übergabe"]),
        ("stage:pre-seed", ["Kestrel"]),
        ("stage:pre", ["Kestrel"]),
        ("topic:vision -stage:seed", ["Kestrel"]),
        ("topics:Language", ["Übergabe"]),
        ("verdict:unscreened country:no", ["Ålesund"]),
        ("status:draft", []),
        ("'; DROP TABLE --", []),
        ("':* & !", ["Kestrel", "Ålesund", "Übergabe"]),
        ("…", ["Kestrel", "Ålesund", "Übergabe"]),
    ],
)
def test_a_search_finds(three, typed, names):
    assert found(three, typed) == names
    assert problems(three, typed) == []


def test_all_of_the_example_at_once(three):
    assert found(three, 'topic:vision country:FR stage:pre-seed -withdrawn "land registers"') == ["Kestrel"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            "colour:red",
            "There is no “colour:” to look by. There are status, verdict, person, label, responsible, country, topics and stage.",
        ),
        ("stage:", "Say after “stage:” what you look for."),
        ("stage:late", "Nothing is called “late” under “stage:”. There are Seed and Pre-seed."),
        ("country:atlantis", "Nothing is called “atlantis” under “country:”."),
        (
            "status:lost",
            "Nothing is called “lost” under “status:”. There are draft, submitted and withdrawn.",
        ),
    ],
)
def test_what_nobody_understands_is_said_and_narrows_nothing(three, typed, sentence):
    assert [
        one.replace("Words with a colon stand in quotation marks.", "").strip()
        for one in problems(three, typed)
    ] == [sentence]
    assert len(found(three, typed)) == 3


# --- What is never looked into --------------------------------------------------------------------------
def test_a_draft_is_found_by_names_and_never_by_its_words(call, while_open):
    answers = {"problem": "Secretive submarines.", "country": "JP"}
    draft = factories.make_application(call, factories.make_user("Aiko Mori"), name="Umi", answers=answers)
    Startup.objects.filter(pk=draft.startup_id).update(country="JP", one_line="Secretive submarines")
    for typed in ("Umi", "aiko", "status:draft", "drafts"):
        assert found(call, typed) == ["Umi"]
    for typed in (
        "secretive",
        "submarines",
        "country:JP",
        "Japan",
        '"Secretive submarines"',
        "topic:language",
    ):
        assert found(call, typed) == []


def test_what_was_written_after_the_submit_is_not_searched(call, while_open):
    application = factories.make_application(call, submitted=True)
    Answer.objects.filter(application=application, key="problem").update(value="Secretive submarines.")
    Answer.objects.filter(application=application, key="country").update(value="JP")
    Startup.objects.filter(pk=application.startup_id).update(country="JP", one_line="Secretive submarines")
    assert found(call, "secretive") == found(call, "country:JP") == []
    assert found(call, "notaries") == found(call, "country:FR") == ["Papyrus"]


def test_only_the_version_that_counts_is_searched(call, while_open):
    application = factories.make_application(call, submitted=True)
    first = application.last_version
    content = {
        **first.content,
        "answers": {**first.answers, "problem": "Tailors wait for cloth.", "country": "IT"},
    }
    Submission.objects.create(
        application=application, number=2, content=content, content_hash="1" * 64, previous_hash=first.content_hash,
        received_at=factories.WHILE_OPEN, submitted_by=application.started_by,
        idempotency_key="00000000-0000-0000-0000-000000000002",
    )  # fmt: skip
    assert found(call, "tailors") == found(call, "country:IT") == ["Papyrus"]
    assert found(call, "notaries") == found(call, "country:FR") == []


def test_what_was_withdrawn_is_found_by_names_alone(call, while_open):
    application = factories.make_application(call, submitted=True)
    withdrawal.withdraw(application, by=application.started_by, now=factories.WHILE_OPEN)
    assert found(call, "withdrawn") == found(call, "Papyrus") == ["Papyrus"]
    assert found(call, "notaries") == found(call, "country:FR") == found(call, "-withdrawn") == []


def test_whoever_left_the_team_finds_nothing_any_more(call, while_open):
    application = factories.make_application(call, factories.make_user("Aiko Mori"), submitted=True)
    TeamMember.objects.filter(startup=application.startup).update(left_at=factories.WHILE_OPEN)
    assert found(call, "aiko") == []


def test_what_is_emptied_is_found_no_more(call, while_open):
    application = factories.make_application(call, submitted=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT empty_application(%s)", [application.pk])
    assert found(call, "notaries") == found(call, "country:FR") == []


def test_an_application_of_another_call_is_none_of_this_one(call, while_open):
    other = factories.make_call(slug="2024")
    factories.make_application(other, name="Elsewhere", submitted=True)
    assert found(call, "notaries") == []


# --- The index never stands in the way of a submit ----------------------------------------------------------
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=80),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=90), inner, max_size=4),
        max_leaves=12,
    )
)  # fmt: skip
def test_whatever_was_answered_can_be_looked_for(db, answers):
    import json

    with connection.cursor() as cursor:
        cursor.execute("SELECT words_submitted(%s::jsonb)", [json.dumps({"answers": answers})])
        assert cursor.fetchone() is not None


@pytest.mark.parametrize(
    "text", ["x" * 3000, "漢" * 20_000, " ".join(f"w{n}é" for n in range(60_000)), "a\\b'c"]
)
def test_texts_of_any_length_can_be_looked_for(db, text):
    with connection.cursor() as cursor:
        for value in (text, [text], {"k": text}):
            from psycopg.types.json import Jsonb

            cursor.execute(
                "SELECT words_submitted(%s)", [Jsonb({"answers": {"problem": value, "k" * 90: "s"}})]
            )
            assert cursor.fetchone()[0] is not None
