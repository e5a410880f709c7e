"""What import-linter cannot say: foreign keys point down, and the order of files is the same in every package.

The order of rooms and of their packages is in pyproject.toml.
"""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ["accelerator", "applications", "cohorts", "mentoring", "rehearsal"]


def test_foreign_keys_point_down_or_stay_on_their_floor():
    for model in apps.get_models():
        if model._meta.app_label in FLOORS:
            here = FLOORS.index(model._meta.app_label)
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.related_model:
                    there = field.related_model._meta.app_label
                    assert there not in FLOORS or FLOORS.index(there) <= here, (
                        f"{model.__name__}.{field.name} points up"
                    )


def our_routes(patterns=None, prefix="", namespace="") -> list[tuple[str, str]]:
    """Every named route that we wrote: (name, path)."""
    found = []
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            module = getattr(entry.urlconf_module, "__name__", "")
            if not module.startswith("allauth") and entry.app_name != "admin":
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                found += our_routes(entry.url_patterns, path, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            found.append((f"{namespace}{entry.name}", path))
    return found


def test_every_route_has_a_name_of_its_own():
    names = [name for name, _path in our_routes()]
    assert len(names) == len(set(names))


# --- Inside a package, top to bottom --------------------------------------------------------------------
# What a room tells to a lower one; discovered, so that nothing in its package needs to import it.
CONTRIBUTIONS = {
    "account_closing", "admin", "audiences", "calendar_entries", "call_copies", "departures", "history_words", "invitations",
    "member_chapters", "message_pages",
    "navigation", "orphans", "own_data", "programme_file", "reminders", "retention", "wordings",
}  # fmt: skip
ORDER = ["contributions", "urls", "views", "forms", "verbs", "notices", "permissions", "models", "rules"]
NAMED = {"dashboard_urls": "urls", "dashboard_views": "views"} | {name: name for name in ORDER}
GRAPH = grimp.build_graph(
    *FLOORS, exclude_type_checking_imports=True, cache_dir=None
)  # a graph that was kept may be of other files


def _level(module: str, package: str) -> str:
    """Any other name is a verb's subject, and a file that needs nothing of its package is a rule of it."""
    name = module.removeprefix(f"{package}.").partition(".")[0]
    if name in CONTRIBUTIONS and not package.startswith("accelerator"):
        return "contributions"
    if name in NAMED:
        return NAMED[name]
    return "verbs" if _inside(module, package) else "rules"


def _inside(module: str, package: str) -> set[str]:
    """What a file imports of its own package, its own folder aside."""
    own = module.removeprefix(f"{package}.").partition(".")[0]
    imported = GRAPH.find_modules_directly_imported_by(module)
    return {
        one
        for one in imported
        if one.startswith(f"{package}.") and one.removeprefix(f"{package}.").partition(".")[0] != own
    }


def _packages() -> list[str]:
    children = [child for floor in FLOORS for child in GRAPH.find_children(floor)]
    return [
        child for child in children if GRAPH.find_children(child) and child.rpartition(".")[2] not in DJANGOS
    ]


DJANGOS = {"formats", "management", "migrations", "templatetags"}


@pytest.mark.parametrize("package", sorted(_packages()))
def test_inside_a_package_no_file_imports_one_above_it(package):
    upward = {
        f"{module} imports {other}"
        for module in GRAPH.find_descendants(package)
        for other in _inside(module, package)
        if ORDER.index(_level(module, package)) > ORDER.index(_level(other, package))
    }
    assert not upward


def test_what_a_rehearsal_ticks_off_are_routes_of_ours():
    from rehearsal.stops import STOPS

    known = {name for name, _path in our_routes()}
    assert not {route for stop in STOPS for route in stop.ticked_by} - known


# --- A class is named once ------------------------------------------------------------------------------
ROOMS = [*FLOORS, "servers"]
NAMED_BY_DJANGO = {"Command", "Migration"}  # each command and each migration has one of its own


def _public_classes() -> Iterator[tuple[str, str]]:
    """Every class at the top of a module, with the path of its module."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    yield node.name, str(path.relative_to(ROOT))


def test_no_two_modules_define_a_public_class_of_the_same_name():
    modules = defaultdict(list)
    for name, module in _public_classes():
        if name not in NAMED_BY_DJANGO:
            modules[name].append(module)
    assert modules
    assert {name: where for name, where in modules.items() if len(where) > 1} == {}


# --- Types ----------------------------------------------------------------------------------------------
def test_the_checker_of_types_excuses_no_file_of_ours():
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
    assert set(ROOMS) <= set(checked["files"])
    assert checked["exclude"] == ["/migrations/"]
    assert "overrides" not in checked


def test_whoever_overrules_the_checker_says_where_and_why():
    bare = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for line in path.read_text().splitlines()
        if "type: ignore" in line and not re.search(r"# type: ignore\[[\w-]+\]  # \w", line)
    ]
    assert not bare, "\n".join(bare)
