"""What a browser sends, on its way to the disk: cut off beyond the largest size, and the disk may be full."""

import contextlib

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.utils.translation import gettext_lazy as _

log = structlog.get_logger(__name__)

MEGABYTE = 1_000_000
LARGEST = 25 * MEGABYTE  # of any file; a question may set a lower limit
NOT_KEPT = _("Your deck is not kept yet. Please try again in a moment.")


class QuotaUploadHandler(FileUploadHandler):
    """Discards everything beyond the largest size we accept, so that nobody fills the disk.

    What is kept is still too large, so the form refuses it with a message, and its other fields arrive.
    """

    def receive_data_chunk(self, raw_data, start):
        return raw_data if start <= LARGEST else None

    def file_complete(self, file_size):
        return None


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Keeps an upload on disk while it is checked; when the disk is full, the other fields of the form still arrive."""

    def new_file(self, *args, **kwargs):
        self.is_lost = False
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self._lose()

    def receive_data_chunk(self, raw_data, start):
        if self.is_lost:
            return
        try:
            self.file.write(raw_data)
        except OSError:
            self._lose()

    def file_complete(self, file_size):
        if not self.is_lost:
            try:
                return super().file_complete(file_size)
            except OSError:  # writing the rest of the buffer
                self._lose()
        return LostUpload(name=self.file_name)

    def upload_interrupted(self):
        if not self.is_lost:
            super().upload_interrupted()

    def _lose(self):
        self.is_lost = True
        log.exception("upload not kept")
        file = vars(self).pop("file", None)
        if file:
            with contextlib.suppress(OSError):  # closing tries to write the buffer again
                file.close()


class LostUpload(UploadedFile):
    """Stands for a file that the disk had no room for."""
