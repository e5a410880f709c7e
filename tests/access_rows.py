"""One row of the access table: a method and a route, and what each persona gets. See test_access.py."""

from collections.abc import Callable
from types import SimpleNamespace

PERSONAS = [
    "anonymous", "founder", "co_founder", "rival_founder", "reviewer", "other_reviewer", "recused_reviewer",
    "manager", "other_manager", "mentor", "other_mentor", "stranger",
]  # fmt: skip


class Row:
    """`Row("GET", "application", lambda c: [c.application.public_id], founder=200, others=404, anonymous=302)`.

    A persona that is not named gets `others`. `arguments` makes the route's arguments from the cast, `data` the POST.
    """

    def __init__(
        self,
        method: str,
        route: str,
        arguments: Callable[[SimpleNamespace], list] = lambda cast: [],
        *,
        others: int,
        anonymous: int = 302,
        data: Callable[[SimpleNamespace], dict] = lambda cast: {},
        **expected: int,
    ):
        self.method, self.route, self.arguments, self.data = method, route, arguments, data
        unknown = set(expected) - set(PERSONAS)
        assert not unknown, f"{route}: no such persona {unknown}"
        self.expected = {p: expected.get(p, others) for p in PERSONAS} | {"anonymous": anonymous}
