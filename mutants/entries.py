"""What mutants there are: one named entry for each, in the TOML files beside this one."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


class Unfit(Exception):
    """An entry that no longer says what to change; its text names it and what to do."""


@dataclass(frozen=True)
class Mutant:
    """One small bug: `text`, found exactly once in `file`, becomes `replacement`; one of `tests` must turn red."""

    name: str
    file: str
    text: str
    replacement: str
    tests: tuple[str, ...]
    why: str

    def applied_to(self, source: str) -> str:
        """The source with the bug in it. Raises Unfit where the text is not found exactly once, or nothing changes."""
        if (found := source.count(self.text)) != 1:
            raise Unfit(
                f"{self.name}: its text stands {found} times in {self.file}, not once. "
                "Take it again from the file as it is now, with enough around it to be found once."
            )
        if self.text == self.replacement:
            raise Unfit(
                f"{self.name}: text and replacement are the same. Write the bug into the replacement."
            )
        return source.replace(self.text, self.replacement)


def load(folder: Path = FOLDER) -> list[Mutant]:
    """All entries, in the order of files and lines. Raises Unfit where one is incomplete or named twice."""
    mutants: dict[str, Mutant] = {}
    for path in sorted(folder.glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name in mutants:
                raise Unfit(f"{name} is named in two files. Give one of them another name.")
            try:
                mutants[name] = Mutant(name=name, **{**entry, "tests": tuple(entry["tests"])})
            except (KeyError, TypeError) as error:
                raise Unfit(
                    f"{name} in {path.name}: {error}. An entry has file, text, replacement, tests and why."
                ) from error
    return list(mutants.values())
