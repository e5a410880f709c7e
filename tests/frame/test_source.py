"""What every source file of ours promises to its readers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ["accelerator", "applications", "cohorts", "mentoring", "rehearsal", "servers"]
LONGEST = 450


def _sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def test_no_file_is_longer_than_one_reads_at_a_time():
    lengths = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n")
        for path in _sources(*ROOMS, "bench", "chaos", "mutants")
    }
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST}


def test_a_moment_that_is_passed_as_now_is_a_datetime():
    wrong = [
        f"{path.relative_to(ROOT)}:{argument.lineno}"
        for path in _sources(*ROOMS)
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for argument in [*function.args.args, *function.args.kwonlyargs]
        if argument.arg == "now"
        and (argument.annotation is None or not ast.unparse(argument.annotation).startswith("datetime"))
    ]
    assert not wrong


def test_every_file_that_the_table_of_the_architecture_opens_exists():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", text.partition("You want to")[2], re.MULTILINE)
    opened = [(wish, path) for wish, paths in rows for path in re.findall(r"`([\w./]+/[\w./]*)`", paths)]
    assert len({wish for wish, _path in opened}) >= 20
    missing = [f"{wish}: {path}" for wish, path in opened if not (ROOT / path).exists()]
    assert not missing
