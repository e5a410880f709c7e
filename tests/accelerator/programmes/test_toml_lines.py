"""Every value of a TOML file is found at its line."""

import tomllib
from pathlib import Path

import pytest

from accelerator.programmes.toml_lines import lines

TEXT = '''
name = "a # b"   # not [a table]
long = """
two = 2
"""
when = 2024-01-01 10:00:00
a.b = 1
[table]
"quoted key" = [
  1, # one
  { x = [2], y = "}" },
]
[[calls]]
slug = "x"
[[calls.sections]]
[[calls.sections]]
    key = 'literal \\'
[calls.anchors]
0 = "none"
[[calls]]
slug = "y"
'''


@pytest.mark.parametrize(
    "path, line",
    [
        (("name",), 2),
        (("long",), 3),
        (("when",), 6),
        (("a", "b"), 7),
        (("table", "quoted key", 0), 10),
        (("table", "quoted key", 1, "x", 0), 11),
        (("table", "quoted key", 1, "y"), 11),
        (("calls",), 13),
        (("calls", 0, "slug"), 14),
        (("calls", 0, "sections", 1, "key"), 17),
        (("calls", 0, "anchors", "0"), 19),
        (("calls", 1), 20),
        (("calls", 1, "slug"), 21),
    ],
)
def test_a_value_is_found_at_its_line(path, line):
    assert lines(TEXT)[path] == line


def everything_in(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for key, inner in items:
        yield from everything_in(inner, (*path, key))


@pytest.mark.parametrize(
    "file", ["programmes/ai-startup-program.toml", "tests/programmes/small-programme.toml"]
)
def test_exactly_the_values_of_a_programme_file_are_found(file):
    text = Path(file).read_text()
    assert set(lines(text)) == set(everything_in(tomllib.loads(text)))
