"""Nothing is shown by its own name in the code: actions of the history and reasons of messages have words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from accelerator import history
from accelerator.history import _OF_LISTS

ROOT = Path(__file__).parents[2]
ROOMS = ("accelerator", "applications", "cohorts", "mentoring", "rehearsal")
WITH_REASON = {"cancel", "skipped", "record_skipped", "withdraw_unsent", "_skip"}
# Names that are put together at run time, and what takes the place of the variable.
PUT_TOGETHER = {
    "{self.opts.model_name}.{verb}": set(),  # the dashboard's lists, whose verbs are in _OF_LISTS
    "{row._meta.model_name}.{verb}": set(),  # the same verbs, where a list saves through a verb of its own
    "goal.{verb}": {"reached", "reopened"},
    "mentor.{verb}": {"listed", "profile_changed"},
    "action_item.{verb}": {"ticked", "unticked"},
}


def trees() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def actions(tree: ast.Module) -> Iterator[str]:
    """The first argument of each `history.record…(…)`, in all its forms; of an unknown form, its source."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if ast.unparse(call.func) in {"history.record", "history.record_each"}:
            action = call.args[0]
            for choice in [action.body, action.orelse] if isinstance(action, ast.IfExp) else [action]:
                yield from forms_of(choice, tree)


def forms_of(action: ast.expr, tree: ast.Module) -> Iterator[str]:
    if isinstance(action, ast.Constant):
        yield action.value
    elif isinstance(action, ast.Name):
        yield from values_of(action.id, tree) or ["of no value that can be read here: " + action.id]
    else:
        form = ast.unparse(action).removeprefix("f").strip("\"'")
        prefix = form.partition("{")[0]
        yield from (prefix + rest for rest in PUT_TOGETHER.get(form, {" of unknown form " + form}))


def values_of(name: str, tree: ast.Module) -> list[str]:
    """What the module assigns to this name, or gives to its functions as such a parameter: strings like `goal.set`."""
    assigned = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [name]
    ]
    given = [argument for node in ast.walk(tree) if isinstance(node, ast.Call) for argument in node.args]
    return [
        node.value
        for node in assigned or given
        if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z_]+\.[a-z_]+", str(node.value))
    ]


def test_every_action_of_the_history_has_words():
    found = {action: path for path, tree in trees() for action in actions(tree)}
    assert len(found) > 30
    assert {action: path for action, path in found.items() if action not in history.NAMES} == {}


def test_no_words_are_left_of_an_action_that_is_gone():
    assert set(history.NAMES) == {action for _path, tree in trees() for action in actions(tree)}


def test_what_the_lists_write_is_said_with_the_name_of_the_model(call):
    entry = history.record("frequentquestion.added", call.programme, by=None)
    entry.object_type = "accelerator.frequentquestion"
    assert history.in_words(entry) == "Frequent question added"
    assert {verb % {"object": "Call"} for verb in _OF_LISTS.values()} == {
        "Call added",
        "Call changed",
        "Call deleted",
    }


def is_bare(value: ast.expr | None) -> bool:
    """A sentence that no translator sees."""
    return isinstance(value, ast.JoinedStr) or (
        isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value != ""
    )


def reasons(tree: ast.Module) -> Iterator[ast.expr | None]:
    """Why a message was skipped or cancelled: as an argument, or returned by a check."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func) in WITH_REASON:
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "reason")
            yield from node.args[1:] if name_of(node.func) == "_skip" else []
        if isinstance(node, ast.FunctionDef) and any(
            "still_wanted(" in ast.unparse(d) for d in node.decorator_list
        ):
            yield from (inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return))


def test_every_reason_of_a_message_can_be_translated():
    found = [(path, reason) for path, tree in trees() for reason in reasons(tree)]
    assert len(found) > 15
    assert [f"{path}: {ast.unparse(reason)}" for path, reason in found if is_bare(reason)] == []


# --- One word, one thing --------------------------------------------------------------------------------
def shown_by_the_code() -> Iterator[tuple[str, str]]:
    """Every text that the code has translated, with its file."""
    for path, tree in trees():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if name_of(call.func) in {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}:
                yield from ((path, part.value) for part in call.args if isinstance(part, ast.Constant))


def test_reviews_are_called_reviews_wherever_somebody_reads_of_them():
    pages = ((str(path), path.read_text(encoding="utf-8")) for path in (ROOT / "templates").rglob("*.*"))
    texts = [*shown_by_the_code(), *pages]
    assert len(texts) > 1000
    assert {path for path, text in texts if re.search(r"\breadings\b", str(text), re.IGNORECASE)} == set()
