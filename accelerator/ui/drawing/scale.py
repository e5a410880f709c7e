"""Lengths as parts of a whole."""


def percent(part: float, whole: float) -> str:
    """How much of `whole` it is, as SVG writes it: "12.80%"; "0%" of nothing."""
    return f"{100 * part / whole:.2f}%" if whole else "0%"
