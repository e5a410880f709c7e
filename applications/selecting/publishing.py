"""Writes the letters of a call and publishes it, each in a process of its own.

Both need much memory where thousands applied, which Python would not give back: the web worker would
hold them until its end. A process that ends does. The transaction decides alone, so one that dies leaves nothing half
done, and nothing here needs a broker.
"""

import json
import subprocess
import sys
from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accelerator.messages import nudging
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.calls.models import Call
from applications.selecting import letters, releasing
from applications.selecting.models import Release

log = structlog.get_logger(__name__)

SECONDS = 90  # at most; 10,000 applications take a few


class BrokeOff(Exception):
    """The process ended without an answer."""


def publish(
    call: Call,
    *,
    reason: str = "",
    saw: str | None = None,
    proposal: int | None = None,
    by: User,
    now: datetime,
    seconds: float = SECONDS,
) -> None:
    """Raises NotAllowed where the release refuses, and where its process ended without publishing."""
    if settings.TESTING:  # another process does not see what a test has not committed
        releasing.release(call, reason=reason, saw=saw, proposal=proposal, by=by, now=now)
    else:
        in_a_process(call, reason=reason, saw=saw, proposal=proposal, by=by, now=now, seconds=seconds)


def write_letters(call: Call, *, by: User, now: datetime, seconds: float = SECONDS) -> int:
    """How many were written. Raises NotAllowed as `publish` does; what was written is not written again."""
    if settings.TESTING:
        return letters.prepare_letters(call, by=by, now=now)
    try:
        return _done("prepare_letters", call, by, now, seconds) or 0
    except BrokeOff as problem:
        raise NotAllowed(
            _(
                "No letter was written: it took too long or broke off. Please try again; if it breaks off once more, "
                "whoever runs this site finds the reason in its log."
            )
        ) from problem


def in_a_process(
    call: Call,
    *,
    reason: str = "",
    saw: str | None = None,
    proposal: int | None = None,
    by: User,
    now: datetime,
    seconds: float = SECONDS,
) -> None:
    said = {"reason": reason, "saw": saw, "proposal": proposal}
    try:
        _done("release", call, by, now, seconds, json.dumps(said))
    except BrokeOff as problem:
        if not _is_published(call):
            raise NotAllowed(
                _(
                    "Nothing was published: the release broke off. Please publish again; if it breaks off once more, "
                    "whoever runs this site finds the reason in its log."
                )
            ) from problem
    nudging.nudge()  # the process ended too soon to pass its own on


def _done(act: str, call: Call, by: User, now: datetime, seconds: float, said: str = "{}") -> int | None:
    command = [
        sys.executable, str(settings.BASE_DIR / "manage.py"), "release_call", act, str(call.pk), "--by", str(by.pk),
        "--at", now.isoformat(), "--language", get_language() or settings.LANGUAGE_CODE,
        "--said", said,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=True)
        answer = json.loads(done.stdout.splitlines()[-1])
        refused, letters = answer["refused"], answer["letters"]
    except (OSError, subprocess.SubprocessError, ValueError, IndexError, KeyError) as problem:
        log.error(
            "broke off", act=act, call=call.pk, error=repr(problem), said=getattr(problem, "stderr", None)
        )
        raise BrokeOff from problem
    if refused:
        raise NotAllowed(refused)
    return letters


@transaction.atomic
def _is_published(call: Call) -> bool:
    """Asked under the call's lock, because the database may still be busy with the last words of a killed process."""
    Call.objects.select_for_update(no_key=True, of=("self",)).get(pk=call.pk)
    return Release.objects.filter(call=call).exists()
