"""Which applications a search means. Of drafts and of what was withdrawn, names alone are searched: their words are
their founders' own. Of the others it is the version that counts, so what was written since is not searched either.

Every condition narrows what `Sight` lets its reader see, so nothing can be told from what is found or not.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Func, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import countries, wording
from accelerator.models import Startup, TeamMember, User
from accelerator.typed.folding import fold
from applications.applying.models import Application
from applications.calls.models import Call
from applications.lists import found_by_words as finding
from applications.lists.models import ApplicationLabel, Charge, SubmittedWords
from applications.lists.query import Part
from applications.questions.kinds.base import labels
from applications.questions.models import Question

CHOSEN = ("choice", "choices", "country")  # kinds of question whose answers narrow a list
STATUS, VERDICT, PERSON, LABEL, RESPONSIBLE = "status", "verdict", "person", "label", "responsible"
NOBODY = "nobody"
MOST_NAMED = 8  # choices in a sentence

Status, Eligibility = Application.Status, Application.Eligibility
STATES = {
    Status.DRAFT: gettext_lazy("drafts"),
    Status.SUBMITTED: gettext_lazy("submitted"),
    Status.WITHDRAWN: gettext_lazy("withdrawn"),
}


@dataclass(frozen=True)
class Facet:
    """A question by whose answers the list is narrowed: `stage:seed`."""

    key: str
    label: str
    offered: dict[str, str]  # value → words
    is_country: bool = False


@dataclass
class Narrowed:
    """What was found, and in sentences what could not be looked for."""

    applications: QuerySet[Application]
    problems: list[str] = field(default_factory=list)


def facets_of(call: Call) -> list[Facet]:
    """By the questions of a call, in their order."""
    return [_facet(question) for question in call.listed_questions if question.kind in CHOSEN]


def _facet(question: Question) -> Facet:
    is_country = question.kind == "country"
    offered = dict(countries.choices()) if is_country else labels(question.choices)
    return Facet(question.key, str(question.label), offered, is_country)


def narrow(applications: QuerySet[Application], facets: list[Facet], parts: Iterable[Part]) -> Narrowed:
    """The applications that every part fits; a part that nobody understands is left out, and said."""
    found = Narrowed(applications)
    for part in parts:
        meant = _meant(part, facets, found.problems)
        if meant is not None:
            found.applications = (
                found.applications.exclude(meant) if part.is_excluded else found.applications.filter(meant)
            )
    return found


def _meant(part: Part, facets: list[Facet], problems: list[str]) -> Q | None:
    if not part.key:
        return _said(part, facets)
    facet = _facet_named(part.key, facets)
    if facet is None and part.key not in KEYS:
        known = [*KEYS, *(one.key for one in facets)]
        problems.append(
            _(
                "There is no “%(key)s:” to look by. There are %(known)s. Words with a colon stand in quotation marks."
            )
            % {"key": part.key, "known": wording.list_of(known)}
        )
        return None
    if not part.words:
        problems.append(_("Say after “%(key)s:” what you look for.") % {"key": part.key})
        return None
    if facet:
        return _answered(part, facet, problems)
    return KEYS[part.key](part, problems)


def _facet_named(key: str, facets: list[Facet]) -> Facet | None:
    """`topic:` is `topics:` as well."""
    for facet in facets:
        if key in (facet.key.casefold(), facet.key.casefold().removesuffix("s")):
            return facet
    return None


# --- Words ----------------------------------------------------------------------------------------------
def _said(part: Part, facets: list[Facet]) -> Q:
    """What the submitted version says, or the name of the startup or of somebody in its team."""
    folded = fold(part.words)
    if not part.is_exact:
        for state, label in STATES.items():
            if folded in (fold(str(state)), fold(str(label)), fold(str(state.label))):
                return Q(status=state)
    versions = finding.in_submission(part.words, is_exact=part.is_exact)
    pairs = [
        (facet.key, value)
        for facet in facets
        for value, label in facet.offered.items()
        if fold(label) == folded and value
    ]
    meant = _in_versions(versions) | _named(part)
    return meant | _in_versions(finding.chosen_in_submission(pairs)) if pairs else meant


def _named(part: Part) -> Q:
    startups = Startup.objects.filter(finding.in_name("name", part.words, is_exact=part.is_exact))
    return Q(startup__in=startups.values("pk")) | _with_person(part)


def _with_person(part: Part) -> Q:
    people = User.objects.filter(finding.in_name("name", part.words, is_exact=part.is_exact))
    teams = TeamMember.objects.filter(left_at=None, user__in=people.values("pk"))
    return Q(startup__in=teams.values("startup"))


def _in_versions(condition: Func) -> Q:
    """Those that stand submitted and whose latest version is so."""
    return Q(status=Status.SUBMITTED, pk__in=SubmittedWords.objects.filter(condition).values("pk"))


# --- key:value ------------------------------------------------------------------------------------------
def _answered(part: Part, facet: Facet, problems: list[str]) -> Q | None:
    values = _values(part.words, facet.offered)
    if not values:
        problems.append(_no_such(part.key, part.words, facet.offered.values()))
        return None
    return _in_versions(finding.chosen_in_submission([(facet.key, value) for value in values]))


def _values(words: str, offered: dict[str, str]) -> list[str]:
    """What is meant: a value or its words; or else all whose words begin so."""
    folded = fold(words)
    same = [value for value, label in offered.items() if folded in (fold(value), fold(label))]
    return same or [value for value, label in offered.items() if folded and fold(label).startswith(folded)]


def _no_such(key: str, words: str, offered: Iterable[str]) -> str:
    names = list(offered)
    if len(names) > MOST_NAMED:
        return _("Nothing is called “%(words)s” under “%(key)s:”.") % {"words": words, "key": key}
    return _("Nothing is called “%(words)s” under “%(key)s:”. There are %(names)s.") % {
        "words": words,
        "key": key,
        "names": wording.list_of(names),
    }


def _of_status(part: Part, problems: list[str]) -> Q | None:
    offered = {str(one): str(one.label) for one in Status}
    values = _values(part.words, offered)
    if not values:
        problems.append(_no_such(part.key, part.words, offered.values()))
        return None
    return Q(status__in=values)


def _of_verdict(part: Part, problems: list[str]) -> Q | None:
    """Only what was submitted gets a verdict."""
    offered = {str(one): str(one.label) for one in Eligibility}
    values = _values(part.words, offered)
    if not values:
        problems.append(_no_such(part.key, part.words, offered.values()))
        return None
    return Q(status=Status.SUBMITTED, eligibility__in=values)


def _of_label(part: Part, problems: list[str]) -> Q:
    """The whole name of a label, or the beginning of it where it stands in no quotation marks."""
    how = "iexact" if part.is_exact else "istartswith"
    labels = ApplicationLabel.objects.filter(**{f"label__name__{how}": part.words})
    return Q(pk__in=labels.values("application"))


def _of_responsible(part: Part, problems: list[str]) -> Q:
    if fold(part.words) in (NOBODY, fold(_("nobody"))):
        return Q(charge=None)
    people = User.objects.filter(finding.in_name("name", part.words, is_exact=part.is_exact))
    return Q(pk__in=Charge.objects.filter(person__in=people.values("pk")).values("pk"))


def _of_person(part: Part, problems: list[str]) -> Q:
    return _with_person(part)


KEYS: dict[str, Callable[[Part, list[str]], Q | None]] = {
    STATUS: _of_status,
    VERDICT: _of_verdict,
    PERSON: _of_person,
    LABEL: _of_label,
    RESPONSIBLE: _of_responsible,
}
