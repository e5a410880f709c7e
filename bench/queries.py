"""How many questions each measured request puts to the database, asked in this process: `python -m bench.queries`.

Reads which site and its facts from standard input, writes JSON. Savepoints and the health check of a connection, as
PostgreSQL sees them, are not counted; everything else is, sessions and sign-in included.
"""

import json
import sys

import django

NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT 1")


class Counting:
    """A visitor without a network, for the same visits."""

    def __init__(self, site):
        from django.core.files.uploadedfile import SimpleUploadedFile
        from django.test import Client

        from bench.visits import TOKEN

        self.site, self.token, self.upload = site, TOKEN, SimpleUploadedFile
        self.client = Client(headers={"host": "127.0.0.1"})
        self.count = self.measured = 0

    def become(self, session: str) -> None:
        self.client.cookies[self.site.cookie] = session
        self.client.cookies[self.site.csrf] = self.token

    def get(self, path, *, has, measured=False):
        return self._ask(lambda: self.client.get(path), measured)

    def post(self, path, given, *, files=None, measured=False):
        uploads = {
            name: self.upload(called, content, "application/pdf")
            for name, (called, content) in (files or {}).items()
        }
        return self._ask(lambda: self.client.post(path, given | uploads), measured)

    def _ask(self, act, measured):
        from django.db import connection

        self.count = 0
        with connection.execute_wrapper(self._note):
            answer = act()
        if measured:
            self.measured = self.count
        answer.location = answer.headers.get("location", "")
        return answer

    def _note(self, execute, sql, params, many, context):
        self.count += not sql.startswith(NOT_COUNTED)
        return execute(sql, params, many, context)


def main() -> None:
    from bench.visits import Reference, Slipway

    given = json.load(sys.stdin)
    site = {"slipway": Slipway, "reference": Reference}[given["site"]](given["facts"])
    visitor, counts = Counting(site), {}
    for name, visit in site.visits.items():
        visit(visitor)
        visit(visitor)  # what is kept between requests is warm, as in a server
        counts[name] = visitor.measured
    print(json.dumps(counts))


if __name__ == "__main__":
    django.setup()
    main()
