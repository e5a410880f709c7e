"""What goes with an application that is emptied: what managers set beside it."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from accelerator.privacy.certificates import Emptied
from applications.applying.models import Application
from applications.lists.models import ApplicationLabel, Charge
from applications.selecting import emptying


@emptying.application_emptied
def labels_of_managers(application: Application, now: datetime) -> Iterator[Emptied]:
    Charge.objects.filter(application=application).delete()
    labels = ApplicationLabel.objects.filter(application=application)
    yield Emptied(_("labels of managers"), labels.delete()[0])
