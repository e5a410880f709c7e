"""How a rehearsed reviewer turns a startup's true quality into marks: leniency, spread, mood, and rounding to 0–10."""

import random

MIDDLE, UNIT = (
    5.5,
    1.7,
)  # where an average startup lands on the scale, and marks per standard deviation of quality


def marks(
    quality: float, *, leniency: float, spread: float, noise: float, criteria: int, rng: random.Random
) -> list[int]:
    """One mark per criterion. Half of a reviewer's mood is about the application, half about the criterion."""
    mood = rng.gauss(0, noise) * 0.7
    seen = [spread * quality + leniency + mood + rng.gauss(0, noise) * 0.7 for _ in range(criteria)]
    return [max(0, min(10, round(MIDDLE + UNIT * value))) for value in seen]


def band(mark: int) -> str:
    return "low" if mark <= 3 else "mid" if mark <= 6 else "high"
