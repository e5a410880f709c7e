"""Files that people upload: private, checked by content, kept when replaced."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.records.fields import PublicIdField
from accelerator.records.people import User
from accelerator.records.startups import Startup


def storage_path(stored_file, name: str) -> str:
    """Random and meaningless, so that neither the disk nor a log tells whose file it is."""
    return f"startups/{stored_file.public_id[:2]}/{stored_file.public_id}"


def safe_copy_path(stored_file, name: str) -> str:
    """Beside the file that it was made from."""
    return f"{storage_path(stored_file, name)}.safe"


class StoredFile(models.Model):
    """One uploaded file. Never overwritten: a replacement is a new row."""

    class ContentState(models.TextChoices):
        """What a PDF does besides showing pages."""

        UNKNOWN = "unknown", _("Not looked into yet")
        PLAIN = "plain", _("Pages only")
        ACTIVE = "active", _("Contains scripts, programs or other files")
        IMAGES_ONLY = "images_only", _("Cannot be looked into")

    earlier: tuple[
        "StoredFile", ...
    ] = ()  # the files that it took the place of, newest first, once they are asked for

    public_id = PublicIdField()
    startup = models.ForeignKey(Startup, on_delete=models.CASCADE, related_name="files")
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(help_text="bytes")
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    content = models.FileField(upload_to=storage_path, max_length=200)
    content_state = models.CharField(
        max_length=20,
        choices=ContentState,
        default=ContentState.UNKNOWN,
        db_default=ContentState.UNKNOWN,
    )
    safe_copy = models.FileField(
        upload_to=safe_copy_path,
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="Its pages without what runs, starts, sends or is carried; made once, when it is first asked for.",
    )

    def __str__(self) -> str:
        return self.name
