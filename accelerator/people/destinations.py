"""Where somebody goes on after a step that changed what they can do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Destination:
    """A page by the name of its route; the view that asked makes an address of it."""

    route: str
    arguments: tuple[str | int, ...] = ()
