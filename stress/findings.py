"""What a run found: figures, and the promises with what broke them."""

import json
from pathlib import Path


class Findings:
    def __init__(self) -> None:
        self.figures: dict[str, object] = {}
        self.broken: dict[str, list[str]] = {}

    def promise(self, words: str, broken_by: list[str] | None = None) -> None:
        """A promise that was tried, and whatever broke it."""
        self.broken.setdefault(words, []).extend(broken_by or [])

    @property
    def is_kept(self) -> bool:
        return not any(self.broken.values())

    def tell(self) -> None:
        print()
        for name, figure in self.figures.items():
            print(f"{name:52} {figure}")
        print()
        for promise, by in self.broken.items():
            print(
                f"{'BROKEN' if by else 'kept':7} {promise}" + (f": {len(by)}, such as {by[0]}" if by else "")
            )

    def write(self, path: str) -> None:
        text = json.dumps({**self.figures, "broken": self.broken}, indent=1, default=str)
        Path(path).write_text(text, encoding="utf-8")


def percentile(values: list[float], share: float) -> int:
    """Milliseconds, of seconds."""
    ordered = sorted(values)
    return round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]) if ordered else 0
