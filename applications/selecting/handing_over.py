"""Handing partners what founders agreed to have handed on: name, line, site and deck; never marks, never an outcome.

Possible once the decisions are published, and only of those whose consent stands at that moment. Whoever is chosen and
whoever is not stand in one list, in the order of their names. Each time is on record with the partners.
"""

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.files import storage
from accelerator.models import HistoryEntry, Partner, User
from accelerator.transitions import NotAllowed
from applications.applying import consents
from applications.applying.models import Application, Attachment
from applications.calls.models import Call
from applications.reviewing.sight import Sight

ACTION = "application.handed_to_partners"
FORMULA = re.compile(r"^[=+\-@\t\r]")  # what a spreadsheet would work out


def agreed(call: Call, by: User) -> list[Application]:
    """Who may be handed on by this manager, by name."""
    found = Sight(by, call).submitted.select_related("startup").order_by("startup__name", "pk")
    listed = list(found)
    given = consents.given_among(listed, consents.SHARE_WITH_PARTNERS)
    return [application for application in listed if application.pk in given]


def why_not(call: Call) -> str:
    if not call.is_released:
        return _("Partners are handed nothing before the decisions are published.")
    return ""


@transaction.atomic
def hand_over(call: Call, partners: Iterable[Partner], *, by: User, now: datetime) -> IO[bytes]:
    """A ZIP of a table and the decks, and on record for each application to whom it went."""
    chosen = list(partners)
    if refusal := why_not(call):
        raise NotAllowed(refusal)
    if not chosen:
        raise NotAllowed(_("Say which partners get it."))
    applications = agreed(call, by)
    if not applications:
        raise NotAllowed(_("No founder agrees to be handed on at the moment."))
    history.record_each(
        ACTION,
        applications,
        by=by,
        programme=call.programme,
        now=now,
        partners=[partner.pk for partner in chosen],
    )
    return _packed(applications)


def entries_about(application: Application):
    return HistoryEntry.objects.about(application).filter(action=ACTION)


def _packed(applications: list[Application]) -> IO[bytes]:
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it once it is sent
    table = io.StringIO()
    lines = csv.writer(table)
    lines.writerow([_("Name"), _("In one line"), _("Website"), _("Deck")])
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for application in applications:
            startup = application.startup
            name = _pack_deck(packed, application)
            lines.writerow(map(_harmless, [startup.name, startup.one_line, startup.website, name]))
        packed.writestr("startups.csv", "\ufeff" + table.getvalue())
    target.seek(0)
    return target


def _pack_deck(packed: zipfile.ZipFile, application: Application) -> str:
    """The first file of the version that counts, without what acts; "" where there is none to give."""
    version = application.last_version
    ids = version.file_ids if version else []
    attached = Attachment.objects.filter(application=application, file__public_id__in=ids[:1])
    attachment = attached.select_related("file").first()
    if attachment is None:
        return ""
    try:
        content = storage.downloadable(attachment.file)
        name = f"decks/{application.public_id}.pdf"
        with content.open("rb") as source, packed.open(name, "w") as target:
            for chunk in iter(lambda: source.read(1 << 16), b""):
                target.write(chunk)
    except (OSError, storage.ImagesOnly):
        return ""
    return name


def _harmless(value: str) -> str:
    return f"'{value}" if FORMULA.match(value) else value
