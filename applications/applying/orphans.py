"""Files that no application points at any more: the hourly tidying deletes them, and then their rows."""

from datetime import datetime, timedelta

from accelerator import clock
from accelerator.files import storage
from accelerator.models import StoredFile
from accelerator.privacy import tidying
from applications.applying.models import Attachment

UNUSED_FOR = timedelta(days=1)  # an upload is on its way to its question
AT_ONCE = 50


@tidying.tidied
def unused_files(real: datetime) -> int:
    unused = StoredFile.objects.exclude(pk__in=Attachment.objects.values("file"))
    emptied = unused.filter(name="")
    found = [*emptied[:AT_ONCE], *unused.filter(uploaded_at__lt=clock.now() - UNUSED_FOR)[:AT_ONCE]]
    return sum(storage.remove_for_good(file) for file in found)
