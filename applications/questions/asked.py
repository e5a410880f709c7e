"""A call's questions as they are read before one answers them: what is asked, within which limits."""

from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import wording
from accelerator.records.fields import localised
from applications.questions.models import Question


@dataclass(frozen=True)
class Asked:
    label: str
    help: str
    required: bool
    limits: list[str]
    choices: list[str]


@dataclass(frozen=True)
class AskedSection:
    title: str
    intro: str
    questions: list[Asked]


def sections(questions: list[Question]) -> list[AskedSection]:
    """In the order of the form."""
    return [
        AskedSection(str(section.title), str(section.intro), [_asked(question) for question in found])
        for section, found in groupby(questions, key=lambda question: question.section)
    ]


def _asked(question: Question) -> Asked:
    return Asked(
        str(question.label),
        str(question.help),
        question.required,
        _limits(question),
        [str(localised(choice["label"])) for choice in question.choices],
    )


def _limits(question: Question) -> list[str]:
    """Each limit as a few words."""
    found = []
    if question.max_words:
        found.append(
            ngettext("up to %(n)d word", "up to %(n)d words", question.max_words) % {"n": question.max_words}
        )
    if most := question.max_characters:
        found.append(ngettext("up to %(n)d character", "up to %(n)d characters", most) % {"n": most})
    least, most = question.minimum, question.maximum
    if least is not None and most is not None:
        found.append(_("a number from %(least)d to %(most)d") % {"least": least, "most": most})
    elif least is not None:
        found.append(_("a number, %(least)d or more") % {"least": least})
    elif most is not None:
        found.append(_("a number, %(most)d or less") % {"most": most})
    if question.row_columns:
        heads = wording.list_of(str(localised(column["label"])) for column in question.row_columns)
        found.append(_("a table of %(columns)s") % {"columns": heads})
    if question.is_file:
        found.append(_("a PDF of up to %(most)d MB") % {"most": question.max_megabytes or 20})
    if question.is_for_managers:
        found.append(_("read by the managers alone"))
    return found
