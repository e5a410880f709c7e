"""A cast that stands for many tests of a module: built once, signed in, and nothing that is done to it stays."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from types import SimpleNamespace

import factories
from django.db import connection, transaction
from django.test import Client, override_settings


@contextmanager
def standing(
    build: Callable[[], SimpleNamespace], personas: Iterable[str], folder, blocker
) -> Iterator[SimpleNamespace]:
    """`cast`, `clients` by persona and `storages`, in a transaction that is rolled back; files go to `folder`.

    For a fixture of a module, whose tests are marked with `django_db`; they set `settings.STORAGES` to `storages`.
    """
    storages = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder)},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with blocker.unblock(), override_settings(STORAGES=storages), transaction.atomic():
        cast = build()
        clients = {persona: Client(raise_request_exception=False) for persona in personas}
        for persona, client in clients.items():
            if persona != "anonymous":
                factories.sign_in(client, getattr(cast, persona))
        yield SimpleNamespace(cast=cast, clients=clients, storages=storages)
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens in it has not happened."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)
        connection.run_on_commit = []


def answered(client: Client, method: str, path: str, data: dict):
    """What this client is answered, its cookies as they were before; (response, its text)."""
    cookies = deepcopy(client.cookies)
    with undone():
        answer = client.get(path) if method == "GET" else client.post(path, data)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    client.cookies = cookies
    return answer, text.decode(errors="ignore")
