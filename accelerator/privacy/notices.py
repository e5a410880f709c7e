"""Mails about one's own data."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator.messages import kinds, outbox
from accelerator.privacy.models import DataExport

kinds.name_kinds(
    "accelerator",
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
