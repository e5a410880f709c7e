"""One thing into one's own calendar: as a file, or by an address of a calendar on the web that opens it filled in."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.text import slugify

from accelerator.calendar import ical
from accelerator.calendar.showing import Appointment

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.office.com/calendar/0/deeplink/compose"


@dataclass(frozen=True)
class AddingLinks:
    """Where one entry can be added; `file` is a path of ours."""

    file: str
    google: str
    outlook: str


def links(entry: Appointment, file: str) -> AddingLinks:
    about = "\n\n".join(part for part in (entry.about, settings.BASE_URL + entry.url) if part)
    google = {
        "action": "TEMPLATE",
        "text": entry.title,
        "dates": f"{_basic(entry.starts_at)}/{_basic(entry.ends_at)}",
        "details": about,
        "location": entry.place,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": entry.title,
        "startdt": _extended(entry.starts_at),
        "enddt": _extended(entry.ends_at),
        "body": about,
        "location": entry.place,
    }
    return AddingLinks(file, f"{GOOGLE}?{urlencode(google)}", f"{OUTLOOK}?{urlencode(outlook)}")


def download(entry: Appointment) -> HttpResponse:
    """The entry alone, under the UID that its invitation has, so that nobody has it twice."""
    whole = replace(entry, url=settings.BASE_URL + entry.url)
    response = HttpResponse(ical.published([whole], name=""), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(entry.title) or entry.kind}.ics"'
    patch_cache_control(response, private=True, no_store=True)
    return response


def _basic(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _extended(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
