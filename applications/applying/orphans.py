"""Files that nobody needs any more: the hourly tidying deletes them, and then their rows."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast

from accelerator import clock
from accelerator.files import storage
from accelerator.models import StoredFile
from accelerator.privacy import tidying
from applications.applying.models import Attachment, Submission

UNUSED_FOR = timedelta(days=1)  # an upload is on its way to its question
REPLACED_FOR = timedelta(days=7)  # until then the form offers the file before
AT_ONCE = 50


@tidying.tidied
def unused_files(real: datetime) -> int:
    unused = StoredFile.objects.exclude(pk__in=Attachment.objects.values("file"))
    emptied = unused.filter(name="")
    found = [*emptied[:AT_ONCE], *unused.filter(uploaded_at__lt=clock.now() - UNUSED_FOR)[:AT_ONCE]]
    return sum(storage.remove_for_good(file) for file in found)


@tidying.tidied
def replaced_files(real: datetime) -> int:
    """Files that gave way to another a week ago, unless a submitted version names them: that one can be checked for ever."""
    gave_way = Attachment.objects.filter(replaced_at__lt=clock.now() - REPLACED_FOR)
    versions = Submission.objects.annotate(words=Cast("content", TextField()))
    names_it = versions.filter(
        application=OuterRef("application"), words__contains=OuterRef("file__public_id")
    )
    removed = 0
    for attachment in gave_way.exclude(Exists(names_it)).select_related("file")[:AT_ONCE]:
        with transaction.atomic():
            attachment.delete()
            if storage.remove_for_good(attachment.file):
                removed += 1
            else:
                transaction.set_rollback(True)  # the storage is away: another time
    return removed
