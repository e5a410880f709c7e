"""Charts: bars, columns, intervals, waterfalls and single values on a line."""

import math
from collections.abc import Iterable

from accelerator import wording
from accelerator.ui.drawing.scale import percent


def bars(rows) -> list[dict]:
    """Lying bars, the longest across the whole width: rows of (label, value)."""
    most = max((value for _label, value in rows), default=0)
    return [{"label": label, "value": value, "width": percent(value, most)} for label, value in rows]


COLUMN_HEIGHT = 120


def columns(counts) -> dict:
    """Standing bars side by side: (label, value) or (label, value, stands out)."""
    counts = [(*count, False)[:3] for count in counts]
    most = max((value for _label, value, _marked in counts), default=0)
    drawn = []
    tallest = next((place for place, (_label, value, _marked) in enumerate(counts) if value == most), None)
    for place, (label, value, marked) in enumerate(counts):
        height = round(COLUMN_HEIGHT * value / most) if most else 0
        drawn.append(
            {
                "label": label,
                "value": value,
                "marked": marked,
                "is_told": bool(value) and (marked or place == tallest),
                "x": percent(place, len(counts)),
                "middle": percent(place + 0.4, len(counts)),
                "width": percent(0.8, len(counts)),
                "y": COLUMN_HEIGHT - height,
                "height": height,
            }
        )
    return {"columns": drawn, "most": most, "height": COLUMN_HEIGHT}


def interval(
    low: float,
    middle: float,
    high: float,
    least: float,
    most: float,
    mark: float | None = None,
    dots: Iterable[float] = (),
) -> dict:
    """A value and how sure it is, on a scale from `least` to `most`; `dots` are what it was made from."""

    def x(value):
        return percent(min(max(value, least), most) - least, most - least)

    return {
        "low": x(low),
        "middle": x(middle),
        "high": x(high),
        "mark": None if mark is None else x(mark),
        "dots": [x(dot) for dot in dots],
        "words": f"{middle:.2f} ({low:.2f}–{high:.2f})",
    }


def waterfall(amounts) -> dict:
    """How one value becomes another: rows of (label, amount, is a change), the first and the last being values.

    The scale runs between the whole points around everything shown, for the changes are small beside the values.
    """
    sums, running = [], 0.0
    for _label, amount, is_change in amounts:
        start, running = running, running + float(amount) if is_change else float(amount)
        sums.append((start if is_change else running, running))
    least = math.floor(min(min(pair) for pair in sums))
    most = max(least + 1, math.ceil(max(max(pair) for pair in sums)))

    def x(value):
        return percent(value - least, most - least)

    rows = [
        {
            "label": label,
            "said": wording.signed(amount) if is_change else f"{amount:.2f}",
            "is_change": is_change,
            "is_less": amount < 0,
            "x": x(min(start, end)),
            "width": percent(abs(end - start), most - least),
            "end": x(end),
        }
        for (label, amount, is_change), (start, end) in zip(amounts, sums, strict=True)
    ]
    return {"rows": rows, "least": least, "most": most}


def spread(values, least: float, most: float) -> dict:
    """Single values as dots on one line; equal ones stand above each other."""
    seen: dict[float, int] = {}
    dots = []
    for value in sorted(values):
        dots.append({"x": percent(value - least, most - least), "y": 13 - 5 * min(seen.get(value, 0), 2)})
        seen[value] = seen.get(value, 0) + 1
    return {"dots": dots, "words": ", ".join(f"{value:g}" for value in sorted(values))}
