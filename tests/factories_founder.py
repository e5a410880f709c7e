"""What tests of the founder's season need beside the common factories."""

import io
import uuid

import factories
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

from accelerator import clock
from accelerator.files import checking
from applications.applying import drafts, submission
from applications.models import Application, Submission


def pdf(pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(72, 72)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def upload(name: str = "deck.pdf", content: bytes | None = None, kind: str = checking.PDF):
    return SimpleUploadedFile(name, pdf() if content is None else content, kind)


def attach(application: Application, *, now=None, pages: int = 1) -> None:
    """A real one-page deck, through the front door."""
    checked = checking.check_pdf(upload(content=pdf(pages)))
    drafts.attach_file(
        application, "deck", checked, by=application.started_by, now=now or factories.WHILE_OPEN
    )


def make_draft(call, founder=None, **fields) -> Application:
    """A draft with every answer and its deck: ready to be submitted."""
    application = factories.make_application(call, founder, **fields)
    attach(application)
    return reread(application)


def reread(application: Application) -> Application:
    return Application.objects.select_related("call__programme", "call__window", "startup").get(
        pk=application.pk
    )


def submit(application: Application, key: uuid.UUID | None = None, **fields) -> Submission:
    application = reread(application)
    return submission.submit(
        application,
        **{
            "by": application.started_by,
            "draft_version": application.draft_version,
            "idempotency_key": key or uuid.uuid4(),
            **fields,
        },
    )


def submit_at(application: Application, moment) -> Submission:
    clock.freeze(moment)
    return submit(application)
