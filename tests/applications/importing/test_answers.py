"""What a cell of another tool says to one of our questions."""

import pytest

from applications.importing import answers
from applications.models import Question

STAGES = [
    {"value": "idea", "label": {"en": "Idea, no product", "fr": "Idée"}},
    {"value": "seed", "label": {"en": "Seed"}},
    {"value": "a", "label": {"en": "Series A"}},
]


def posted(kind: str, *cells: str) -> list[str]:
    return answers.posted(Question(key="q", kind=kind, choices=STAGES), cells, day_first=True)


@pytest.mark.parametrize(
    ("kind", "cells", "values"),
    [
        ("choice", ["Idea, no product"], ["idea"]),
        ("choice", ["IDÉE"], ["idea"]),
        ("choice", ["series-a"], ["a"]),
        ("choice", ["Series B"], ["Series B"]),
        ("choices", ["Seed, Idea, no product, Series A"], ["seed", "idea", "a"]),
        ("choices", ["Seed; Series A", "Idée"], ["seed", "a", "idea"]),
        ("choices", ["Seed, Knitting"], ["seed", "Knitting"]),
        ("yes_no", ["Oui"], ["yes"]),
        ("yes_no", ["FALSE"], ["no"]),
        ("yes_no", ["perhaps"], ["perhaps"]),
        ("consent", ["I have read it"], ["on"]),
        ("consent", ["No"], []),
        ("country", ["Côte d'Ivoire"], ["CI"]),
        ("country", ["Deutschland"], ["DE"]),
        ("country", ["fr"], ["FR"]),
        ("country", ["USA"], ["US"]),
        ("country", ["Atlantis"], ["Atlantis"]),
        ("date", ["03/04/2023"], ["2023-04-03"]),
        ("date", ["3 April 2023"], ["2023-04-03"]),
        ("long_text", ["One.", "", "Two."], ["One.\n\nTwo."]),
        ("text", ["", ""], []),
    ],
)
def test_a_cell_is_understood_or_stays_as_it_is(kind, cells, values):
    assert posted(kind, *cells) == values
