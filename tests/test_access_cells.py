"""Every route, in every state of a season, by every persona: what they get, and which words reach them.

What is expected is data: `access/cells.txt` has a line for each method and route, and `access/words.txt` one for each
text of ours that reaches anybody. Both are read in a diff. To write them anew after a change that is meant:
`ACCESS_TABLE=write pytest -n 0 tests/test_access_cells.py`, which adds persons to a word and takes none away (remove
words.txt first for that). For some routes only, in all five states: `ACCESS_ROUTES="setup:* panel:score"` beside it, names
of the table in which `*` is anything; what is said of the others stays. Without `ACCESS_TABLE` they choose what is asked.
"""

import os
import re
from collections import defaultdict
from fnmatch import fnmatchcase
from pathlib import Path

import factories
import pytest
from access_states import PERSONAS, STATES, build
from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist
from django.urls import NoReverseMatch, reverse
from standing_casts import answered, standing, undone
from test_access import ROWS

pytestmark = pytest.mark.django_db
CELLS, WORDS = (Path(__file__).parent / "access" / f"{name}.txt" for name in ("cells", "words"))
# The two states in which most is at stake, everywhere; all five take minutes, which the gate has.
ASKED = STATES if os.environ.get("CI") or os.environ.get("ACCESS_TABLE") else ("reviewing", "decided")
IS_WRITTEN = os.environ.get("ACCESS_TABLE") == "write"
CHOSEN = os.environ.get("ACCESS_ROUTES", "*").split()
PARTS = 6  # of the routes, a test each, so that two workers share a state
# Whoever holds such an address is taken for its owner, so what these say tells nothing of who else may read it.
BY_A_SECRET = {"calendars:feed", "mentoring:cancel_by_link", "mentoring:log_by_link"}
LISTED = {"reviewing"}  # the states in which the lists of the set-up are asked for as well
METHODS = ("GET", "POST")
# What a cell says, by the status of its answer. To be led on is an act that was done, or a page that lies elsewhere.
SAID = {
    200: "opens",
    301: "is led on",
    302: "is led on",
    400: "makes no sense",
    403: "may not",
    404: "finds nothing",
    405: "has no such method",
    409: "cannot now",
    410: "is too late",
    415: "sends no such thing",
    422: "has to mend it",
    503: "is told to wait",
}
SIGNS_IN = "has to sign in"
TOKEN = re.compile(r"zq[A-Za-z0-9]+?zq")


class Route:
    """One address in all its methods: of a row of the table, or of one of the dashboard's lists."""

    def __init__(self, name: str, arguments, data):
        self.name, self.arguments, self.data = name, arguments, data


def _routes() -> list[Route]:
    known: dict[str, Route] = {}
    for row in ROWS:
        data = row.data if row.method == "POST" else None
        if row.route in known:
            known[row.route].data = known[row.route].data or data
        else:
            known[row.route] = Route(row.route, row.arguments, data)
    return list(known.values())


def _lists() -> list[Route]:
    routes = []
    for model in sorted(admin.site._registry, key=lambda one: one._meta.label):
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        routes += [Route(f"{name}_{page}", lambda _cast: [], None) for page in ("changelist", "add")]
        first = lambda _cast, model=model: [model._base_manager.order_by("pk").first().pk]  # noqa: E731
        routes += [Route(f"{name}_{page}", first, None) for page in ("change", "history", "delete")]
    return routes


def _chosen(routes: list[Route]) -> list[Route]:
    return [route for route in routes if any(fnmatchcase(route.name, name) for name in CHOSEN)]


ROUTES_OF_OURS = _chosen(_routes())
ROUTES = [*ROUTES_OF_OURS, *_chosen(_lists())]


@pytest.mark.parametrize("chosen", CHOSEN)
def test_each_chosen_name_is_that_of_a_route(chosen):
    assert any(fnmatchcase(route.name, chosen) for route in ROUTES), (
        f"ACCESS_ROUTES: no route is named {chosen}"
    )


@pytest.fixture(scope="module", params=ASKED)
def season(request, django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    with standing(lambda: build(request.param), PERSONAS, folder, django_db_blocker) as made:
        made.state = request.param
        yield made


@pytest.mark.parametrize("part", range(PARTS))
def test_each_persona_gets_what_the_table_says_in_each_state(season, part, settings):
    settings.STORAGES = season.storages
    factories.at(STATES[season.state])
    found: dict[str, str] = {}
    reached: dict[str, set[str]] = defaultdict(set)
    routes = ROUTES if season.state in LISTED else ROUTES_OF_OURS
    for route in routes[part::PARTS]:
        with undone():
            try:
                path = reverse(route.name, args=route.arguments(season.cast))
                data = route.data(season.cast) if route.data else {}
            except (ObjectDoesNotExist, AttributeError, NoReverseMatch):
                continue  # there is nothing of that kind in this state
            for method in METHODS:
                said = []
                for persona, client in season.clients.items():
                    answer, text = answered(client, method, path, data)
                    said.append(_in_a_word(answer))
                    told = set() if route.name in BY_A_SECRET else set(TOKEN.findall(text))
                    for token in season.cast.canaries.keys() & told:
                        reached[season.cast.canaries[token]].add(persona)
                found[f"{method} {route.name}"] = _in_words(said)
    words = {
        word: " ".join(persona for persona in PERSONAS if persona in who) for word, who in reached.items()
    }
    if IS_WRITTEN:
        _write(CELLS, season.state, found)
        _write(WORDS, season.state, words)
    known = {line: states[season.state] for line, states in _known(CELLS).items() if season.state in states}
    assert {line: cells for line, cells in found.items() if known.get(line) != cells} == {}
    allowed = {word: states.get(season.state, "").split() for word, states in _known(WORDS).items()}
    leaks = {word: set(who.split()) - set(allowed.get(word, ())) for word, who in words.items()}
    assert {word: who for word, who in leaks.items() if who} == {}


def _in_a_word(answer) -> str:
    if answer.status_code == 302 and re.search("/(accounts|admin)/login/", answer["Location"]):
        return SIGNS_IN
    return SAID[answer.status_code]


def _in_words(said: list[str]) -> str:
    """Who gets what, in the order of the personas; the answer that most get is that of the others."""
    per_answer: dict[str, list[str]] = defaultdict(list)
    for persona, answer in zip(PERSONAS, said, strict=True):
        per_answer[answer].append(persona)
    usual = max(per_answer, key=lambda answer: len(per_answer[answer]))
    told = [f"{' '.join(who)} {answer}" for answer, who in per_answer.items() if answer != usual]
    return "; ".join([*told, f"others {usual}" if told else f"everybody {usual}"])


def _known(path: Path) -> dict[str, dict[str, str]]:
    """What the file says: line → state → value."""
    known: dict[str, dict[str, str]] = defaultdict(dict)
    line = ""
    for row in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        if row.startswith("#"):
            continue
        if not row.startswith("    "):
            line = row
        else:
            states, _colon, value = row.strip().partition(": ")
            known[line] |= dict.fromkeys(states.split(), value)
    return known


def _write(path: Path, state: str, found: dict[str, str]) -> None:
    """What was found beside what is known, with the states that say the same on one line."""
    known = _known(path)
    for line, value in found.items():
        if path == WORDS:
            both = {*known[line].get(state, "").split(), *value.split()}
            value = " ".join(persona for persona in PERSONAS if persona in both)
        known[line][state] = value
    written = [f"# {path.stem.capitalize()} per state of a season; see test_access_cells.py."]
    for line in sorted(known):
        per_value: dict[str, list[str]] = defaultdict(list)
        for one in STATES:
            if one in known[line]:
                per_value[known[line][one]].append(one)
        written += [line, *(f"    {' '.join(states)}: {value}" for value, states in per_value.items())]
    path.write_text("\n".join(written) + "\n", encoding="utf-8")
