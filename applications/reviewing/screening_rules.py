"""What a call asks of answers before anybody reads them, as rows: each proposes a verdict, and a person decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import countries, history
from accelerator.models import User
from accelerator.records.fields import localised
from accelerator.transitions import NotAllowed
from applications.calls.models import Call
from applications.questions import kinds
from applications.questions.kinds.base import labels
from applications.questions.models import Question

MOST_VALUES = 250


class ScreeningRule(models.Model):
    """One condition on the answer to one question of the call."""

    class Test(models.TextChoices):
        ANSWERED = "answered", gettext_lazy("is answered, or its file is there")
        ONE_OF = "one_of", gettext_lazy("is one of these")
        AT_LEAST = "at_least", gettext_lazy("is at least this number or year")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="screening_rules")
    question = models.SlugField(help_text="The key of the question, which outlives a change of its words.")
    test = models.CharField(max_length=10, choices=Test)
    values = models.JSONField(default=list, help_text="What is among them, or the least number.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "question", "test"], name="a_screening_rule_is_listed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.test} {self.values}"


@dataclass(frozen=True)
class RuleFinding:
    """What one rule says of one version: whether it holds, and why in a sentence."""

    holds: bool
    text: str


def findings(rules: Iterable[ScreeningRule], content: dict) -> list[RuleFinding]:
    """What each rule says of a version's content."""
    asked = {question["key"]: question for question in content.get("questions", [])}
    files = {document["question"]: document for document in content.get("files", [])}
    return [_finding(rule, asked.get(rule.question), content.get("answers", {}), files) for rule in rules]


def all_hold(found: list[RuleFinding]) -> bool | None:
    """What is proposed: True for eligible, None where the call has no rule."""
    return all(one.holds for one in found) if found else None


def _finding(rule: ScreeningRule, asked: dict | None, answers: dict, files: dict) -> RuleFinding:
    if asked is None:
        return RuleFinding(
            False, _("“%(question)s” was not asked in this version.") % {"question": rule.question}
        )
    label = str(localised(asked["label"]))
    value = files.get(rule.question, answers.get(rule.question))
    if value in (None, "", [], False):
        return RuleFinding(False, _("“%(question)s” is not answered.") % {"question": label})
    said = {"question": label, "answer": _in_words(asked, value)}
    if rule.test == ScreeningRule.Test.ANSWERED:
        return RuleFinding(True, _("“%(question)s” is answered.") % said)
    if rule.test == ScreeningRule.Test.ONE_OF:
        given = {str(one).casefold() for one in (value if isinstance(value, list) else [value])}
        holds = not given.isdisjoint({str(one).casefold() for one in rule.values})
        among = _("“%(question)s” is %(answer)s, which is among those that count.")
        outside = _("“%(question)s” is %(answer)s, which is not among those that count.")
        return RuleFinding(holds, (among if holds else outside) % said)
    number, least = _number(value), _number(rule.values[0] if rule.values else None)
    holds = number is not None and least is not None and number >= least
    words = said | {"least": rule.values[0] if rule.values else ""}
    enough = _("“%(question)s” is %(answer)s: at least %(least)s.")
    short = _("“%(question)s” is %(answer)s, less than %(least)s.")
    return RuleFinding(holds, (enough if holds else short) % words)


def _in_words(asked: dict, value: Any) -> str:
    shown = kinds.named(asked["kind"]).in_words(asked, value)
    return str(
        shown.get("words") or shown.get("text") or shown.get("url") or ", ".join(shown.get("items") or ())
    )[:120]


def _number(value: Any) -> float | None:
    """A number, or the year of a day."""
    text = str(value)
    if isinstance(value, str) and len(text) == 10 and text[4] == text[7] == "-":
        text = text[:4]
    try:
        return float(text)
    except ValueError:
        return None


# --- Setting them ---------------------------------------------------------------------------------------
@transaction.atomic
def add(
    call: Call, question: Question, test: str, values: list[str], *, by: User | None, now: datetime
) -> ScreeningRule:
    """Raises NotAllowed for values that no answer can have, and for a rule that is there."""
    values = sound(question, test, values)
    Call.objects.select_for_update(no_key=True, of=("self",)).get(pk=call.pk)
    if call.screening_rules.filter(question=question.key, test=test).exists():
        raise NotAllowed(
            _("There is such a rule on this question already. Remove it before you add another.")
        )
    rule = ScreeningRule.objects.create(call=call, question=question.key, test=test, values=values)
    history.record(
        "call.screening_rule_added",
        call,
        by=by,
        programme=call.programme,
        now=now,
        rule=in_words(rule, question),
    )
    return rule


@transaction.atomic
def remove(rule: ScreeningRule, *, by: User | None, now: datetime) -> None:
    call, said = rule.call, in_words(rule, rule.call.questions.filter(key=rule.question).first())
    rule.delete()
    history.record("call.screening_rule_removed", call, by=by, programme=call.programme, now=now, rule=said)


def in_words(rule: ScreeningRule, question: Question | None) -> str:
    """As its page lists it."""
    label = str(question.label) if question else rule.question
    offered = _offered(question) if question else {}
    named = ", ".join(offered.get(one, str(one)) for one in rule.values)
    said = f"“{label}” {rule.get_test_display()}"
    return f"{said}: {named}" if named else said


def _offered(question: Question) -> dict[str, str]:
    """What can be answered, by value, where that is a list."""
    if question.kind == "country":
        return dict(countries.choices())
    return {value: str(label) for value, label in labels(question.choices).items()}


def sound(question: Question, test: str, values: list[str]) -> list[str]:
    """The values as they are kept. Raises NotAllowed for those that no answer can have."""
    if test == ScreeningRule.Test.ANSWERED:
        return []
    typed = [one.strip() for one in values if one.strip()][:MOST_VALUES]
    if not typed:
        raise NotAllowed(_("Write what the answer has to be."))
    if test == ScreeningRule.Test.AT_LEAST:
        if len(typed) > 1 or _number(typed[0]) is None or not typed[0].isascii():
            raise NotAllowed(_("Write one number, such as 2019."))
        return typed
    offered = _offered(question)
    if not offered:
        return typed
    by_name = {name.casefold(): value for value, name in offered.items()}
    by_value = {value.casefold(): value for value in offered}
    known = [by_value.get(one.casefold()) or by_name.get(one.casefold()) for one in typed]
    if None in known:
        wrong = typed[known.index(None)]
        raise NotAllowed(_("“%(value)s” is no answer to this question.") % {"value": wrong})
    return list(dict.fromkeys(str(one) for one in known))
