"""`python -m stress deadline|rush|files|fields`, which is what `manage.py stress` runs.

Each works on scratch servers of its own, on loopback, within bounds of time and count, prints its figures last and ends
with 1 when a promise is broken.
"""

import argparse
import sys
import time
from importlib import import_module

from servers.places import EmbeddedError

KINDS = {
    "deadline": "submits around real deadlines, with seals, kills and a crash at the instant",
    "rush": "the last minute over HTTP, with everybody else's saves and visits beside it",
    "files": "hostile and broken files, and good but odd ones",
    "fields": "generated values in every kind of question",
}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py stress", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    for kind, words in KINDS.items():
        one = kinds.add_parser(kind, help=words)
        one.add_argument("--seed", type=int, default=1)
        one.add_argument("--json", metavar="FILE", help="write the figures there too")
        for name, default, meaning in import_module(f"stress.{kind}").OPTIONS:
            if default is False:
                one.add_argument(f"--{name}", action="store_true", help=meaning)
            else:
                one.add_argument(
                    f"--{name}", type=type(default), default=default, help=f"{meaning} (%(default)s)"
                )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    began = time.monotonic()
    try:
        found = import_module(f"stress.{options.kind}").run(options)
    except EmbeddedError as problem:
        print(problem)
        return 1
    found.figures = {"seed": options.seed, **found.figures, "seconds": round(time.monotonic() - began)}
    if options.json:
        found.write(options.json)
    found.tell()
    return 0 if found.is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
