"""A PDF, such as the deck. Its answer is an attachment; a version names the file by its hash."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accelerator import wording
from accelerator.files import checking, uploads
from accelerator.ui.fields import DocumentField
from applications.questions.kinds.base import Kind, given

MOST_MEGABYTES = 20


class PdfAnswer(DocumentField):
    """A PDF, judged by its content; cleans to a CheckedFile. The page says of a longer one how long it should be."""

    def __init__(self, *, max_bytes: int, max_pages: int | None, refuses_more_pages: bool, **kwargs):
        self.max_bytes, self.max_pages, self.refuses_more_pages = max_bytes, max_pages, refuses_more_pages
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        if not data:
            return super().clean(None, initial)
        most = self.max_pages if self.refuses_more_pages else None
        return checking.check_pdf(data, max_bytes=self.max_bytes, max_pages=most)

    @property
    def has_too_many_pages(self) -> bool:
        return bool(self.current and self.max_pages and (self.current.pages or 0) > self.max_pages)

    @property
    def about_pages(self) -> str:
        """Whether the file that is there is as long as it should be; nothing where no length is asked for."""
        if not (self.current and self.max_pages and self.current.pages):
            return ""
        asked = ngettext("%(most)d page or fewer", "%(most)d pages or fewer", self.max_pages)
        words = {"pages": self.current.pages, "asked": asked % {"most": self.max_pages}}
        if self.has_too_many_pages:
            return (
                _("It has %(pages)d pages, and %(asked)s are asked for: reviewers may not read the rest.")
                % words
            )
        return _("%(pages)d pages; %(asked)s are asked for.") % words

    def widget_attrs(self, widget):
        told = {"data-max-bytes": self.max_bytes, "data-too-large": checking.too_large(self.max_bytes)}
        return super().widget_attrs(widget) | {"accept": ".pdf,application/pdf"} | told


class FileKind(Kind):
    name = "file"
    label = gettext_lazy("File")
    about = _("A PDF, such as the deck; reviewers read it as pictures.")
    columns = ("max_megabytes", "max_pages", "refuses_more_pages")
    missing = gettext_lazy("Please upload the file.")
    is_file = True

    def complete(self, question):
        if question.max_megabytes is None:
            question.max_megabytes = MOST_MEGABYTES

    def field(self, question):
        limit = min(uploads.LARGEST, (question.max_megabytes or MOST_MEGABYTES) * uploads.MEGABYTE)
        return PdfAnswer(
            max_bytes=limit,
            max_pages=question.max_pages,
            refuses_more_pages=question.refuses_more_pages,
            **self.common(question),
        )

    def limits(self, question):
        return given({"max_pages": question.max_pages})

    def unfit(self, question):
        if question.max_megabytes is not None and not 1 <= question.max_megabytes <= MOST_MEGABYTES:
            return _("The limit is from 1 to %(most)s megabytes.") % {"most": MOST_MEGABYTES}
        if question.max_pages is not None and question.max_pages < 1:
            return _("A file has at least one page.")
        if question.refuses_more_pages and question.max_pages is None:
            return _("Say how many pages are not refused.")
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
