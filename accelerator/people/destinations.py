"""Where somebody goes on after a step that changed what they can do."""

from dataclasses import dataclass

SIGN_IN_BEGUN = "account_login"  # in the session, as allauth keeps it until the code is in


@dataclass(frozen=True)
class Destination:
    """A page by the name of its route; the view that asked makes an address of it."""

    route: str
    arguments: tuple[str | int, ...] = ()
