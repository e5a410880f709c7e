"""Whose session it is, read together with the session: every request of somebody who is signed in begins with both.

`SESSION_ENGINE` and the middleware name this module. The row that lets people see where they are signed in says whose
session it probably is; what counts is still what the session itself says, checked as Django checks it. Whatever does not
fit, such as a key that was changed meanwhile, is left to Django.
"""

from functools import cache

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from accelerator import clock
from accelerator.people.models import SignedIn
from accelerator.records.people import User


class SessionStore(db.SessionStore):
    """Django's, which also knows whose it is: `person`, None where nobody was signed in when it was read."""

    person: User | None = None

    def _get_session_from_db(self) -> Session | None:
        with connection.cursor() as cursor:
            cursor.execute(_both(), [self.session_key, clock.real_now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        data, expires, *person = row
        if person[0] is not None:
            self.person = User.from_db(connection.alias, _columns(), person)
        return Session(session_key=self.session_key or "", session_data=data, expire_date=expires)


@cache
def _columns() -> list[str]:
    return ["id", *(str(field.column) for field in User._meta.concrete_fields if not field.primary_key)]


@cache
def _both() -> str:
    """The ORM knows no way from a session to its row of sign-in: they have only the key in common."""
    columns = ", ".join(f'person."{name}"' for name in _columns())
    return f"""
        SELECT session.session_data, session.expire_date, {columns}
          FROM {Session._meta.db_table} session
          LEFT JOIN {SignedIn._meta.db_table} USING (session_key)
          LEFT JOIN {User._meta.db_table} person ON person.id = user_id
         WHERE session.session_key = %s AND session.expire_date > %s
    """


class WithSession(AuthenticationMiddleware):
    """`request.user`, without a query of its own where the session brought its person along."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]  # lazy, as Django does it


def _user_of(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Kept on the request under the name that Django's own would use, because it and others look there."""
    if "_cached_user" not in request.__dict__:
        request.__dict__["_cached_user"] = _brought_along(request) or auth.get_user(request)
    person: AbstractBaseUser | AnonymousUser = request.__dict__["_cached_user"]
    return person


def _brought_along(request: HttpRequest) -> User | None:
    """The person that came with the session, where the session names them and its hash is that of their account."""
    named, backend = request.session.get(auth.SESSION_KEY), request.session.get(auth.BACKEND_SESSION_KEY)
    person = getattr(request.session, "person", None)
    if person is None or named != str(person.pk) or backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    checks = auth.load_backend(backend)
    may_enter = checks.user_can_authenticate(person)  # type: ignore[attr-defined]  # all of ours are Django's
    said = request.session.get(auth.HASH_SESSION_KEY) or ""
    return person if may_enter and constant_time_compare(said, person.get_session_auth_hash()) else None
