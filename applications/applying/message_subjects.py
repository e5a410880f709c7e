"""Messages about applications and calls: who may read of them, and where they lead."""

from django.db.models import Model, Q
from django.http import HttpRequest
from django.urls import reverse

from accelerator.messages import subjects
from accelerator.messages.models import OutboxMessage
from accelerator.records.people import User
from applications.applying.models import Application
from applications.calls.managed import managed_calls
from applications.calls.models import Call, applied_to_by

ABOUT = Application._meta.label_lower


@subjects.kept_from
def messages_about_other_applications(user: User) -> Q:
    """Nobody reads about an application that they may not see, such as one of their own call."""
    kept_away = Application.objects.exclude(pk__in=Application.objects.managed_by(user).values("pk"))
    return Q(object_type=ABOUT, object_id__in=kept_away.values("pk"))


@subjects.kept_from
def messages_of_a_call_applied_to(user: User) -> Q:
    """Whoever applied to a call reads none of what is written about the call itself either."""
    return Q(object_type=Call._meta.label_lower, object_id__in=applied_to_by(user))


@subjects.concerns
def manages_application_or_call(request: HttpRequest, about: Model) -> bool | None:
    application = getattr(about, "application", about)
    if isinstance(application, Application):
        return Application.objects.managed_by(request.user).filter(pk=application.pk).exists()
    call = application if isinstance(application, Call) else getattr(application, "call", None)
    return None if call is None else call in managed_calls(request)


@subjects.links
def application(request: HttpRequest, message: OutboxMessage) -> subjects.SubjectLink | None:
    """The submitted application that a message is about, where the reader has a page of it."""
    if message.object_type != ABOUT:
        return None
    managed = Application.objects.managed_by(request.user).submitted().select_related("startup")
    found = managed.filter(pk=message.object_id).first()
    if found is None:
        return None
    address = reverse("reviewing:panel_application", args=[found.call_id, found.public_id])
    return subjects.SubjectLink(str(found), address)
