"""Mails about one's own data."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator.messages import kinds, outbox
from accelerator.privacy.models import AccountClosing, Certificate, DataExport

ACCOUNT_CLOSED = "accelerator.account_closed"

kinds.name_kinds(
    "accelerator",
    account_closed=_("An account was closed"),
    closing_asked=_("An account is to be closed"),
    closing_refused=_("An account could not be closed yet"),
    closing_undone=_("An account stays open"),
    export_ready=_("A copy of one’s data is ready"),
)


def export_ready(export: DataExport, *, now: datetime) -> None:
    outbox.enqueue(
        "accelerator.export_ready",
        key=f"export-ready:{export.pk}",
        to=export.user,
        about=export,
        now=now,
        useless_after=now + timedelta(days=7),
        context={"link": outbox.absolute(reverse("privacy:my_data"))},
    )


def closing_asked(closing: AccountClosing, token: str, *, is_idle: bool) -> None:
    """The link opens something, so this mail is kept as a sign-in code is: sealed until it is sent, and erased after."""
    context = {
        "person": closing.user,
        "closing": closing,
        "is_idle": is_idle,
        "link": outbox.absolute(reverse("privacy:undo_closing", args=[token])),
        "my_data": outbox.absolute(reverse("privacy:my_data")),
        "zone": closing.user.zone,
    }
    subject, text = outbox.in_words("accelerator.closing_asked", context, None)
    outbox.enqueue_secret(
        "accelerator.closing_asked",
        to=closing.user.email,
        subject=subject,
        text=text,
        useless_after=closing.due_at,
        about=closing,
    )


def closing_undone(closing: AccountClosing, *, now: datetime) -> None:
    _tell(closing, "closing_undone", now=now)


def closing_refused(closing: AccountClosing, sentence: str, *, now: datetime) -> None:
    _tell(closing, "closing_refused", now=now, sentence=sentence)


def _tell(closing: AccountClosing, name: str, *, now: datetime, **context) -> None:
    outbox.enqueue(
        f"accelerator.{name}",
        key=f"{name.replace('_', '-')}:{closing.pk}",
        to=closing.user,
        about=closing,
        now=now,
        context={"my_data": outbox.absolute(reverse("privacy:my_data")), **context},
    )


def account_closed(address: str, certificate: Certificate, *, now: datetime) -> None:
    """The last mail. Its text is erased once it is sent, and within the hour the address too (accelerator/privacy/tidying.py)."""
    subject, text = outbox.in_words("accelerator.account_closed", {"certificate": certificate}, None)
    outbox.enqueue_secret(
        ACCOUNT_CLOSED,
        to=address,
        subject=subject,
        text=text,
        useless_after=now + timedelta(days=7),
        about=certificate,
    )
