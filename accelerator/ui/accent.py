"""A programme's own colour in the place of Slipway's blue: whether it can be read, and what is made of it, dark included.

Text in it stands on paper, and white stands on it, so both must differ enough for everybody (WCAG 2.2, 4.5 to 1).
"""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

LEAST = 4.5
HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
WHITE, INK = "#ffffff", "#12181d"
LIGHT = ("#fbfaf6", "#f2f0e9", WHITE)  # --paper, --sunken, --surface of static/css/tokens.css
DARK = ("#0f1418", "#171d22", "#151b20")
ON_DARK = "#07202f"  # --on-sea: words on a button of a light colour


class AccentPalette(NamedTuple):
    """Pairs for light and dark pages: of links and buttons, of those under the pointer, and a ground for a note."""

    sea: tuple[str, str]
    deep: tuple[str, str]
    tint: tuple[str, str]


def contrast(one: str, other: str) -> float:
    """As WCAG counts it: from 1 for the same colour to 21 for black on white."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def fault(accent: str) -> str:
    """Why this cannot be the colour of a programme, as a sentence; "" where it can."""
    if not HEX.fullmatch(accent):
        return _("Write a colour as # and six signs from 0 to f, such as #0a4b78.")
    if _is_readable(accent):
        return ""
    return _("Text in it is hard to read on a light page. Take a darker one: %(darker)s can be read.") % {
        "darker": _darker(accent)
    }


def palette(accent: str) -> AccentPalette:
    """What a sound colour becomes."""
    dark = _until(accent, WHITE, _is_readable_in_the_dark)
    return AccentPalette(
        (accent, dark),
        (_mix(accent, INK, 0.3), _mix(dark, WHITE, 0.4)),
        (_tint(accent), _mix(DARK[0], accent, 0.25)),
    )


def sheet(accent: str) -> str:
    """The rules that put it in the place of Slipway's blue."""
    found = palette(accent)
    pairs = {"sea": found.sea, "sea-deep": found.deep, "sea-tint": found.tint, "on-sea": (WHITE, ON_DARK)}
    rules = ";".join(f"--{name}:light-dark({light},{dark})" for name, (light, dark) in pairs.items())
    return f":root{{{rules}}}"


def _tint(accent: str) -> str:
    return _mix(WHITE, accent, 0.08)


def _is_readable(accent: str) -> bool:
    return all(contrast(accent, ground) >= LEAST for ground in (*LIGHT, _tint(accent)))


def _is_readable_in_the_dark(colour: str) -> bool:
    return all(contrast(colour, ground) >= LEAST for ground in (*DARK, ON_DARK, _mix(DARK[0], colour, 0.25)))


def _darker(accent: str) -> str:
    return _until(accent, "#000000", _is_readable)


def _until(colour: str, towards: str, is_enough) -> str:
    """The first on the way to the other colour that is enough."""
    steps = (_mix(colour, towards, step / 50) for step in range(51))
    return next(one for one in steps if is_enough(one))


def _mix(one: str, other: str, share: float) -> str:
    """So much of the other colour in the one."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (whole / 255 for whole in _parts(colour))
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
