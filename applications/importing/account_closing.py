"""What goes with an application that is emptied: the name of the file and the other tool's number."""

from collections.abc import Iterator
from datetime import datetime

from accelerator.privacy.certificates import Emptied
from applications.applying.models import Application
from applications.importing.models import ImportedApplication
from applications.selecting import emptying


@emptying.application_emptied
def where_it_came_from(application: Application, now: datetime) -> Iterator[Emptied]:
    """The row stays, because that it was imported explains its stamp."""
    ImportedApplication.objects.filter(application=application).update(their_id="", file_name="")
    yield from ()
