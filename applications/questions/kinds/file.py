"""A PDF, such as the deck. Its answer is an attachment; a version names the file by its hash."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accelerator import wording
from accelerator.files import checking, uploads
from accelerator.ui.fields import DocumentField
from applications.questions.kinds.base import Kind

MOST_MEGABYTES = 20


class PdfAnswer(DocumentField):
    """A PDF, judged by its content; cleans to a CheckedFile."""

    def __init__(self, *, max_bytes: int, **kwargs):
        self.max_bytes = max_bytes
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        return checking.check_pdf(data, max_bytes=self.max_bytes) if data else super().clean(None, initial)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"accept": ".pdf,application/pdf"}


class FileKind(Kind):
    name = "file"
    label = gettext_lazy("File")
    missing = gettext_lazy("Please upload the file.")
    is_file = True

    def field(self, question):
        limit = min(uploads.LARGEST, (question.max_megabytes or MOST_MEGABYTES) * uploads.MEGABYTE)
        return PdfAnswer(max_bytes=limit, **self.common(question))

    def unfit(self, question):
        if question.max_megabytes is not None and not 1 <= question.max_megabytes <= MOST_MEGABYTES:
            return _("The limit is from 1 to %(most)s megabytes.") % {"most": MOST_MEGABYTES}
        return ""

    def shown(self, question, answer):
        pages = ngettext("%(n)d page", "%(n)d pages", answer["pages"] or 0) % {"n": answer["pages"] or 0}
        about = f"{answer['name']} ({pages}, {wording.file_size(answer['size'])})"
        return {"url": reverse("applying:application_file", args=[answer["id"]]), "words": about}

    def entry(self):
        from applications.questions.kinds.entries import FileEntry

        return FileEntry

    def example(self, question, text, website):
        return None
