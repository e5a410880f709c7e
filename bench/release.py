"""How long a manager waits on the day of the decision, at 2,000 applications: `python -m bench.release`.

Filled and served as in bench.pages, then done over HTTP what can be done only once: seats and reserve are given, all
others left out, the letters prepared, everything published with its frozen dossier. Ends with 1 if a step takes longer
than a person should wait for it. Loopback only, about a minute; everything ends with it.
"""

import re
import sys
import time

from bench import pages, wire

AT_MOST = 10  # seconds


def steps(go: wire.Visitor, call: int):
    """What the manager does, in order: what it is called, and how long it took."""
    address = f"/admin/calls/{call}/"
    board, letters, release = (f"{address}{name}/" for name in ("selection", "letters", "release"))

    def seen(page: str) -> str:
        """The mark of all that a page shows: the one of the board stands in its last form."""
        return re.findall(r'name="seen" value="(\d+-\w{24})"', go.get(page).text)[-1]

    for act in ("pick", "reserve"):
        while f'value="{act}"' in (page := go.get(board, has="The ranking").text):
            best = re.findall(r'name="application" value="(\w+)">\s*<label', page)[0]
            go.post(board, {"act": act, "application": best, "seen": "none"})
    for words, do in (
        ("all others left out", lambda: go.post(board, {"act": "rest", "seen": seen(board)})),
        ("letters prepared", lambda: go.post(letters, {})),
        ("letters shown", lambda: go.get(letters, has="Letters")),
        ("released", lambda: go.post(release, {"seen": seen(release)})),
        ("dossier downloaded", lambda: go.get(f"{address}dossier/", has="released_on")),
    ):
        began = time.perf_counter()
        do()
        yield words, time.perf_counter() - began
    go.get(board, has="Published on")


def main() -> int:
    slow = False
    with pages.two_sites() as (server, _reference):
        visitor = wire.Visitor(server.site, server.port)
        visitor.become(server.site.facts["manager"])
        for words, seconds in steps(visitor, server.site.facts["call"]):
            slow = slow or seconds > AT_MOST
            pages.say(f"{words:20}{seconds:8.2f} s (at most {AT_MOST})")
            pages.tell_memory(server)
            if words == "released":
                most = pages.MOST_MEMORY_AFTER_RELEASE
                slow = slow or max(server.memory(), default=0) > most
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
