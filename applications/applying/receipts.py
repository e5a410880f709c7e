"""What a receipt proves: the content of a version, its one canonical form, and the hashes over it.

The canonical form is JSON with sorted keys, no spaces and real letters instead of escapes, in UTF-8. Its SHA-256 is
printed on the receipt. The file that a founder keeps is a signed envelope around it; the page that checks receipts
(static/js/check_receipt.js) and static/verify_receipt.py read it, and every format that was ever given out:

    1   the canonical content alone, unsigned; its own "format" says so
    2   {"format": 2, "content": …, "sha256": …, "signature": …}, signed over the canonical content
"""

import json
from datetime import UTC, datetime
from hashlib import sha256

from accelerator.models import StoredFile
from applications.applying import receipt_keys
from applications.applying.models import Application, Submission
from applications.calls.models import Call
from applications.questions import conditions, kinds
from applications.questions.models import Question

FORMAT = 1  # of the content
FILE_FORMAT = 2  # of the file around it


def canonical(content: dict | list) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: dict | list) -> str:
    return sha256(canonical(content)).hexdigest()


def stamp_text(moment: datetime) -> str:
    """To the microsecond, in UTC: 2023-12-01T22:59:59.999999Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def file_of(version: Submission) -> bytes:
    """The receipt as a file: the content of a version, its hash, and our signature over it."""
    content = canonical(version.content)
    envelope = {
        "format": FILE_FORMAT,
        "content": version.content,
        "sha256": sha256(content).hexdigest(),
        "signature": receipt_keys.sign(content),
    }
    return canonical(envelope) + b"\n"


def content_of(
    application: Application,
    questions: list[Question],
    attached: dict[str, StoredFile],
    *,
    number: int | None = None,
    received_at: datetime | None = None,
    previous_hash: str = "",
) -> dict:
    """The application as it stands: who, what was asked, what was answered, which files, when, and after which version.

    Questions that other answers leave out were not asked: what a draft still holds of them is in no version.
    """
    left_out = conditions.not_asked(questions, application.answers.get)
    questions = [question for question in questions if question.key not in left_out]
    return {
        "format": FORMAT,
        "call": f"{application.call.programme.slug}/{application.call.slug}",
        "application": application.public_id,
        "startup": application.startup.public_id,
        "version": number,
        "draft_version": application.draft_version,
        "received_at": stamp_text(received_at) if received_at else None,
        "previous_hash": previous_hash,
        "questions": [_as_asked(question) for question in questions],
        "answers": {
            q.key: kinds.of(q).kept(application.answers.get(q.key)) for q in questions if not q.is_file
        },
        "files": [
            {
                "question": question.key,
                "id": attached[question.key].public_id,
                "name": attached[question.key].name,
                "size": attached[question.key].size,
                "pages": attached[question.key].pages,
                "sha256": attached[question.key].sha256,
            }
            for question in questions
            if question.key in attached
        ],
    }


def _as_asked(question: Question) -> dict:
    return {
        "key": question.key,
        "kind": question.kind,
        "section": {"key": question.section.key, "title": question.section.title},
        "label": question.label,
        "required": question.required,
        **kinds.of(question).limits(question),
    }


def seal_list(call: Call, submissions: list[Submission]) -> dict:
    """What the seal of a call stands for: the version of each application that counts."""
    return {
        "call": f"{call.programme.slug}/{call.slug}",
        "submissions": [
            listed(submission) for submission in sorted(submissions, key=lambda s: s.application.public_id)
        ],
    }


def listed(submission: Submission) -> dict:
    """A version as the list of its call names it: nobody's name is in it."""
    return {
        "application": submission.application.public_id,
        "version": submission.number,
        "hash": submission.content_hash,
        "received_at": stamp_text(submission.received_at),
    }
