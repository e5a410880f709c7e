"""Who is told that the next call opens: never offered a place in an earlier one, still kept, and agreed to it."""

from applications.applying import consents
from applications.applying.models import Application
from applications.calls.models import Call


def who_agreed(call: Call) -> list[Application]:
    """The latest application of each such startup to an earlier call of the programme; none that writes here already."""
    earlier = Application.objects.filter(
        call__programme=call.programme_id,
        call__window__opens_at__lt=call.window.opens_at,
        call__release__isnull=False,
    )
    here = Application.objects.filter(call=call).values("startup")
    found = earlier.submitted().filter(offer__isnull=True).exclude(startup__in=here).select_related("startup")
    latest = {application.startup_id: application for application in found.order_by("started_at", "pk")}
    agreed = consents.given_among(latest.values(), consents.KEEP_FOR_NEXT)
    return [application for application in latest.values() if application.pk in agreed]
