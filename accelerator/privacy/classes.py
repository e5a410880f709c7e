"""How long each kind of row is kept, as classes: every model names its own, and a test sees to it.

A room says so in its `own_data.py`: `classes.kept_as(Keeping.APPLICATION, "applications.Answer", …)`. docs/privacy.md
explains them to the person who answers for it.
"""

from enum import StrEnum


class Keeping(StrEnum):
    ACCOUNT = "until the account is closed"
    APPLICATION = "as long as the application: emptied or deleted with it"
    DECISION = "stays without names and words, because a decision has to be explained"
    MEMBER = "as long as the startup's place in the programme is kept"
    HISTORY = "stays; its words are emptied with what they are about"
    MAIL = "stays as a line; its words are emptied with what it is about"
    PROGRAMME = "as long as the programme: it is about nobody who applied"
    ROLE = "stays under no name, because others' work points at it"
    DAYS = "goes by itself within days"
    PROOF = "stays: it names nobody"


kept: dict[str, Keeping] = {}


def kept_as(keeping: Keeping, *labels: str) -> None:
    for label in labels:
        if label in kept:
            raise ValueError(f"{label} is kept in two ways")
        kept[label] = keeping
