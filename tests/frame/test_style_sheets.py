"""The style sheets: one declaration a line, a sheet for each component, and all of them served as one."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from accelerator.ui import sheets

ROOT = Path(__file__).parents[2]
CSS = ROOT / "static/css"
COMPONENTS = sorted((CSS / "components").glob("*.css"))
SHEETS = sorted(CSS.rglob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))
PLACES = {"slipway", "slipway-dashboard"}  # where a component stands, not what it is


def named(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.name)


def without_texts(source: str) -> str:
    """The source without its comments, and with strings emptied; lines stay where they are."""

    def emptied(found: re.Match[str]) -> str:
        lines = "\n" * found[0].count("\n")
        return lines if found[0].startswith("/*") else f'"{lines}"'

    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', emptied, source, flags=re.DOTALL)


def rules_at_the_top(source: str) -> list[str]:
    """The selector lists of a sheet that stand in no other rule; those in a media query count."""
    found, depth, start = [], 0, 0
    for mark in re.finditer(r"[{};]", source):
        words, start = source[start : mark.start()].strip(), mark.end()
        if mark[0] == "{" and (depth or not words.startswith("@")):
            found += [] if depth else [words]
            depth += 1
        elif mark[0] == "}":
            depth = max(0, depth - 1)  # a media query was not counted, its end is not either
    return found


def subjects(selectors: str) -> set[str]:
    """The classes that a selector list is about: of `.page > .tabs:hover, .hours > li` those are tabs and hours."""
    while "(" in selectors:
        selectors = re.sub(r"\([^()]*\)", "", selectors)
    found = set()
    for selector in selectors.split(","):
        parts = [re.findall(r"\.([\w-]+)", part) for part in re.split(r"[\s>+~]+", selector)]
        own = [names[0] for part in parts if (names := [name for name in part if name not in PLACES])]
        found |= set(own[-1:])
    return found


def defined_in(path: Path) -> set[str]:
    return {name for rule in rules_at_the_top(without_texts(path.read_text())) for name in subjects(rule)}


@named(SHEETS)
def test_no_line_holds_two_declarations_or_two_rules(path):
    crowded = [
        line
        for line in without_texts(path.read_text()).splitlines()
        if len(re.findall(r"[;{}]", line)) > 1 or re.search(r"[;{}]\s*\S", line)
    ]
    assert not crowded


@named(SHEETS)
def test_lines_are_short_and_indented_by_their_depth(path):
    depth, begins = 0, True
    for line in without_texts(path.read_text()).splitlines():
        words = line.strip()
        if not words:
            continue
        depth -= words == "}"
        if begins:
            assert line.startswith("  " * depth + words[0]), line
        depth += words.endswith("{")
        begins = words[-1] in ";{}"
    assert depth == 0
    assert max(map(len, path.read_text().splitlines())) <= 100


@named(SCRIPTS)
def test_a_script_has_short_lines_and_one_statement_in_each(path):
    for line in path.read_text().splitlines():
        code = re.sub(r'//.*|"(?:\\.|[^"\\])*"|`[^`]*`', "", line)
        assert len(line) <= 120
        assert code.count(";") <= (2 if "for (" in code else 1), line


def test_no_class_has_two_homes():
    homes = Counter(name for path in COMPONENTS for name in defined_in(path))
    assert {name for name, files in homes.items() if files > 1} == set()


def test_each_sheet_bears_the_name_of_a_class_or_a_template():
    templates = list((ROOT / "templates").rglob("*.html"))
    names = {part.removesuffix(".html") for path in templates for part in path.relative_to(ROOT).parts}
    for path in [*templates, *ROOT.glob("*/templatetags/**/*.py"), *ROOT.glob("accelerator/ui/tags/*.py")]:
        for classes in re.findall(r'class="([^"]*)"', path.read_text()):
            names |= {name.replace("-", "_") for name in re.findall(r"[\w-]+", classes)}
    assert {path.stem for path in COMPONENTS} <= names


def test_the_index_imports_each_sheet_once_and_no_sheet_another():
    imports = re.findall(r'@import "([^"]+)"', (CSS / "site.css").read_text())
    assert sorted(imports) == sorted(str(path.relative_to(CSS)) for path in SHEETS if path.name != "site.css")
    assert [path.name for path in SHEETS if "@import" in path.read_text()] == ["site.css"]


def test_the_layers_keep_their_order():
    layers = [each["layer"] for each in sheets.IMPORT.finditer((CSS / "site.css").read_text())]
    changes = [layer for before, layer in pairwise(["", *layers]) if layer != before]
    assert changes == ["slipway.tokens", "slipway.base", "slipway.layout", "slipway.components"]


@named(COMPONENTS)
def test_a_sheet_in_a_folder_names_no_file(path):
    """The joined sheet stands elsewhere: a relative address would lead astray."""
    assert not re.findall(r'url\((?!"data:)', path.read_text())


def test_the_joined_sheet_holds_each_in_the_order_of_the_imports():
    sheet = Path(finders.find("css/site.css")).read_text()
    names = re.findall(r'@import "([^"]+)"', (CSS / "site.css").read_text())
    places = [sheet.find((CSS / name).read_text()) for name in names]
    assert -1 not in places
    assert places == sorted(places)
    assert "@import" not in sheet


def test_the_joined_sheet_follows_what_is_edited(tmp_path, settings):
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    settings.STATIC_CACHE = tmp_path / "cache"
    css = tmp_path / "static/css"
    css.mkdir(parents=True)
    (css / "site.css").write_text('@layer a;\n\n@import "row.css" layer(a.b);\n')
    finder = sheets.Finder()
    for colour in ("red", "blue"):
        (css / "row.css").write_text(f".row {{\n  color: {colour};\n}}\n")
        sheet = Path(finder.find("css/site.css")).read_text()
        assert sheet == f"@layer a;\n\n@layer a.b {{\n.row {{\n  color: {colour};\n}}\n}}\n"
    assert [path for path, storage in finder.list([])] == ["css/site.css"]
    assert [path.name for path in (tmp_path / "cache/css").iterdir()] == ["site.css"]


@pytest.mark.django_db
def test_a_page_asks_for_one_sheet(client):
    links = re.findall(
        r'<link rel="stylesheet" href="([^"]+)"', client.get("/accounts/login/").content.decode()
    )
    assert links == ["/static/css/site.css"]
    assert b"@import" not in b"".join(client.get(links[0]).streaming_content)


@pytest.fixture
def collected(tmp_path, public_environment):
    """The folder of a public site's static files, and their names: as written → as served."""
    collect = (
        "import django, sys; django.setup()\n"
        "from django.conf import settings\n"
        "from django.core.management import call_command\n"
        "settings.STATIC_ROOT = sys.argv[1]\n"
        "call_command('collectstatic', '--no-input', '--verbosity', '0')\n"
    )
    subprocess.run([sys.executable, "-c", collect, str(tmp_path)], env=public_environment, check=True)
    return tmp_path, json.loads((tmp_path / "staticfiles.json").read_text())["paths"]


def test_a_public_site_collects_one_sheet_and_modules_that_find_each_other(collected):
    tmp_path, names = collected
    assert [name for name in names if name.startswith("css/")] == ["css/site.css"]
    sheet = (tmp_path / names["css/site.css"]).read_text()
    assert "@import" not in sheet
    font = re.search(r'url\("([^"]*Inter-Regular[^"]*)"\)', sheet)[1]
    assert (tmp_path / "css" / font).resolve().exists()
    modules = [tmp_path / served for name, served in names.items() if name.startswith("js/writing/")]
    imports = [
        path.parent / wanted
        for path in modules
        for wanted in re.findall(r'^(?:import|export) .*?from "(\./[^"]+)"', path.read_text(), re.MULTILINE)
    ]
    assert len(imports) > 5
    assert [path.name for path in imports if not path.exists()] == []


@pytest.fixture
def public_environment():
    """What a public site has to be told before its settings load."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "accelerator.settings",
        "SLIPWAY_SECRET_KEY": "check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "SLIPWAY_BASE_URL": "https://apply.example.org",
        "SLIPWAY_HOSTS": "apply.example.org",
        "SMTP_URL": "smtp://mail.example.org",
        "DATABASE_URL": "postgresql:///slipway",
        "REDIS_URL": "redis://localhost:6379",
    }
