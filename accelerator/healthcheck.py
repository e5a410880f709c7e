"""Whether a container is well, for its health check: `python -m accelerator.healthcheck [--tick] [HOST:PORT]`.

Asks /healthz by the name under which the site is known, because any other is refused. With --tick the answer must
also say that the tick is on time, which proves beat, queue, worker and database at once.
"""

import json
import os
import sys
from http.client import HTTPConnection


def main(arguments: list[str]) -> int:
    where = next((word for word in arguments if not word.startswith("--")), "127.0.0.1:8000")
    known_as = os.environ.get("SLIPWAY_HOSTS", "localhost").replace(",", " ").split()[0]
    connection = HTTPConnection(where, timeout=4)
    connection.request("GET", "/healthz", headers={"Host": known_as})
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    print(answer.status, text)
    connection.close()
    if answer.status != 200:
        return 1
    return 1 if "--tick" in arguments and json.loads(text)["tick"] != "ok" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
