"""What goes with an application that is emptied, what managers set beside it; and with an account its saved views."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from accelerator.models import User
from accelerator.privacy import closing
from accelerator.privacy.certificates import Emptied
from applications.applying.models import Application
from applications.lists.models import ApplicationLabel, ApplicationNote, Charge, SavedView
from applications.selecting import emptying


@emptying.application_emptied
def labels_of_managers(application: Application, now: datetime) -> Iterator[Emptied]:
    Charge.objects.filter(application=application).delete()
    labels = ApplicationLabel.objects.filter(application=application)
    yield Emptied(_("labels of managers"), labels.delete()[0])
    notes = ApplicationNote.objects.filter(application=application)
    count = notes.count()  # what delete() counts has those who are named in it, too
    notes.delete()
    yield Emptied(_("notes of managers"), count)


@closing.emptied
def saved_views(user: User, now: datetime) -> Iterator[Emptied]:
    """Somebody may stand in what they looked for. Shared ones go too."""
    yield Emptied(_("saved views"), SavedView.objects.filter(person=user).delete()[0])
