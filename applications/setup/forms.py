"""Forms with which managers set up a season."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accelerator.dashboard.fields import AnchorsField, LocalisedField
from accelerator.ui.fields import ClockField, WordsField
from applications.applying import deadlines
from applications.applying.models import Application
from applications.calls.models import CallWindow
from applications.reviewing.protocol import PARTS
from applications.reviewing.protocol_changes import title_of
from applications.reviewing.sealed_rules import SealedProtocol
from applications.setup.wall_times import MINUTE, OnTheWall, day_field

MOST_NAMED = 200


def _why() -> WordsField:
    return WordsField(
        label=_("Why?"),
        help_text=_("Everybody whom it concerns is told in these words."),
        lines=2,
        max_words=100,
    )


class MoveWindowForm(OnTheWall):
    """The window as people say it: open until its last minute. Cleans to the instants `opens_at` and `closes_at`."""

    opens_on = day_field(_("Opens on"))
    opens_at = ClockField(label=_("At"))
    last_day = day_field(_("Open until"))
    last_minute = ClockField(
        label=_("Its last minute"), help_text=_("The last minute that is still in time, such as 23:59.")
    )
    reason = _why()
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, current: CallWindow, zone: ZoneInfo, **kwargs):
        opens, last = current.opens_at.astimezone(zone), (current.closes_at - MINUTE).astimezone(zone)
        shown = {"opens_on": opens.date(), "opens_at": opens.time(), "last_day": last.date()}
        shown |= {"last_minute": last.time(), "seen": deadlines.fingerprint(current)}
        super().__init__(*args, initial=shown, zone=zone, **kwargs)

    def clean(self):
        super().clean()
        self.cleaned_data["opens_at"] = self._instant("opens_on", "opens_at")
        self.cleaned_data["closes_at"] = self._end("last_day", "last_minute")
        return self.cleaned_data


class UntilForm(OnTheWall):
    """Until when somebody is given time. Cleans to the instant `until`."""

    last_day = day_field(_("Until"))
    last_minute = ClockField(
        label=_("Its last minute"),
        help_text=_("The last minute that is still in time, such as 23:59."),
        initial="23:59",
    )

    def clean(self):
        super().clean()
        self.cleaned_data["until"] = self._end("last_day", "last_minute")
        return self.cleaned_data


class ExtendForm(UntilForm):
    """More time, for everybody or for those who are named. Cleans to `applications`, None for everybody, and `until`."""

    whom = forms.ChoiceField(
        label=_("For whom?"),
        choices=[("some", _("For those named here")), ("all", _("For everybody in this call"))],
        widget=forms.RadioSelect,
        initial="some",
    )
    who = forms.CharField(
        label=_("Who?"),
        help_text=_("Founders’ e-mail addresses, or the numbers of applications or receipts; one a line."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    reason = _why()
    field_order = ("whom", "who", "last_day", "last_minute", "reason")

    def __init__(self, *args, among: QuerySet[Application], **kwargs):
        super().__init__(*args, **kwargs)
        self.among = among

    def clean(self):
        cleaned = super().clean()
        cleaned["applications"] = self._named() if cleaned.get("whom") == "some" else None
        return cleaned

    def _named(self) -> list[Application]:
        names = re.split(r"[\s,;]+", self.cleaned_data.get("who", "").strip())
        names = [name.strip("<>").casefold() for name in names if name][:MOST_NAMED]
        found: dict[int, Application] = {}
        unknown = []
        for name in names:
            meant = list(self._of(name))
            found |= {one.pk: one for one in meant}
            if not meant:
                unknown.append(name)
        if unknown:
            self.add_error(
                "who", _("Nobody in this call has this: %(names)s.") % {"names": ", ".join(unknown)}
            )
        elif not found:
            self.add_error("who", _("Say for whom."))
        return list(found.values())

    def _of(self, name: str) -> QuerySet[Application]:
        person = Q(startup__members__user__email=name, startup__members__left_at=None)
        return self.among.filter(person | Q(public_id=name.split("-")[0])).distinct()


class IncidentForm(UntilForm):
    """What went wrong, from when until when. Cleans to `began_at`, `ended_at`, `until`."""

    began_on = day_field(_("It began on"))
    began_at = ClockField(label=_("At"))
    ended_on = day_field(_("It ended on"))
    ended_at = ClockField(label=_("At"))
    reason = WordsField(
        label=_("What went wrong?"),
        help_text=_("Everybody who tried in that time is told in these words."),
        lines=2,
        max_words=100,
    )
    field_order = ("began_on", "began_at", "ended_on", "ended_at", "reason", "last_day", "last_minute")

    def clean(self):
        cleaned = super().clean()
        cleaned["began_at"] = self._instant("began_on", "began_at")
        cleaned["ended_at"] = self._instant("ended_on", "ended_at")
        if cleaned["began_at"] and cleaned["ended_at"] and cleaned["began_at"] >= cleaned["ended_at"]:
            self.add_error("ended_at", _("This is before it began."))
        return cleaned


class DeclineRequestForm(forms.Form):
    answer = WordsField(
        label=_("Why not?"), help_text=_("The team is sent these words."), lines=2, max_words=150
    )


class TakeBackForm(forms.Form):
    reason = _why()


# --- Amending the rules -------------------------------------------------------------------------------
@dataclass(frozen=True)
class _OfCriterion:
    """The fields of one criterion: its weight in sight, its words to be unfolded."""

    title: str
    weight: forms.BoundField
    texts: list[forms.BoundField]

    @property
    def is_wrong(self) -> bool:
        return any(field.errors for field in self.texts)


def _figure(label, least: int, most: int, **kwargs) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **kwargs)


def _words(label, *, required: bool = True) -> LocalisedField:
    return LocalisedField(label=label, required=required, widget=forms.Textarea(attrs={"rows": 2}))


def _anchors() -> AnchorsField:
    return AnchorsField(
        label=_("What the marks mean"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One mark a line, such as 10 = All one could ask."),
    )


class _Choice(forms.ChoiceField):
    is_judged = True  # it has an answer from the start, so to call it optional would mislead


class AmendmentForm(forms.Form):
    """Sealed rules as they should be. Cleans to `wishes` and `asks_earlier`, as `amendments.propose` takes them."""

    seats = _figure(_("Seats"), 1, 500)
    reserve = _figure(_("Reserve"), 0, 500)
    reviews_per_application = _figure(
        _("Reviews of each application"),
        1,
        20,
        help_text=_("A place in the ranking needs as many, three at most, from two organisations."),
    )
    marks_that_count = forms.ChoiceField(
        label=_("Of a review that was changed after seeing the others’"),
        choices=[("before", _("The marks before count")), ("after", _("The marks after count"))],
        widget=forms.RadioSelect,
    )
    new_title = LocalisedField(label=_("Its name"), required=False)
    new_question = _words(_("What it asks reviewers"), required=False)
    new_weight = _figure(_("Its weight"), 1, 100, required=False)
    new_anchors = _anchors()
    new_counts = _Choice(
        label=_("Reviews that are in"),
        choices=[
            ("from now", _("Count with what they were asked; it is asked of reviews from now on")),
            ("ask", _("Count with what they were asked, and their reviewers are asked to mark it too")),
        ],
        widget=forms.RadioSelect,
        initial="from now",
        required=False,
    )
    reason = WordsField(
        label=_("Why?"),
        help_text=_("Managers read it, now and later. It is not published."),
        lines=3,
        max_words=200,
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, rules: SealedProtocol, **kwargs):
        self.document = rules.document
        shown: dict[str, Any] = {name: self.document[key] for name, key in PARTS.items()}
        shown["seen"] = rules.sha256
        made: dict[str, forms.Field] = {}
        for one in self.document["criteria"]:
            key, texts = one["name"], one["texts"]
            made[f"weight__{key}"] = _figure(_("Weight"), 1, 100)
            made[f"title__{key}"] = LocalisedField(label=_("Name"))
            made[f"question__{key}"] = _words(_("What it asks reviewers"))
            made[f"anchors__{key}"] = _anchors()
            shown |= {f"{part}__{key}": texts[part] for part in ("title", "question", "anchors")}
            shown[f"weight__{key}"] = int(one["weight"])
        super().__init__(*args, **{**kwargs, "initial": shown})
        self.fields.update(made)

    @property
    def of_call(self) -> list[forms.BoundField]:
        return [self[name] for name in PARTS]

    @property
    def criteria(self) -> list[_OfCriterion]:
        return [
            _OfCriterion(
                title_of(one),
                self[f"weight__{one['name']}"],
                [self[f"{part}__{one['name']}"] for part in ("title", "question", "anchors")],
            )
            for one in self.document["criteria"]
        ]

    @property
    def of_new(self) -> list[forms.BoundField]:
        return [self[f"new_{part}"] for part in ("title", "question", "weight", "anchors", "counts")]

    @property
    def adds(self) -> bool:
        """Whether something is typed for a new criterion."""
        return any(
            self.cleaned_data.get(f"new_{part}") for part in ("title", "question", "weight", "anchors")
        )

    @property
    def asks_earlier(self) -> bool:
        return self.adds and self.cleaned_data["new_counts"] == "ask"

    @property
    def wishes(self) -> dict[str, Any]:
        criteria = [self._wished(one) for one in self.document["criteria"]]
        if self.adds:
            criteria.append(self._wished_new({one["name"] for one in criteria}))
        return {name: self.cleaned_data[name] for name in PARTS} | {"criteria": criteria}

    def _wished(self, one: Mapping[str, Any]) -> dict[str, Any]:
        cleaned, key, texts = self.cleaned_data, one["name"], one["texts"]
        anchors = {
            mark: {**texts["anchors"].get(mark, {}), **words}
            for mark, words in cleaned[f"anchors__{key}"].items()
        }
        said = {part: dict(cleaned[f"{part}__{key}"]) for part in ("title", "question")}
        return {
            **one,
            "weight": str(cleaned[f"weight__{key}"]),
            "texts": {**texts, **said, "anchors": anchors},
        }

    def _wished_new(self, taken: set[str]) -> dict[str, Any]:
        cleaned = self.cleaned_data
        stem = (slugify(str(cleaned["new_title"])).replace("-", "_") or "criterion")[:40]
        key, number = stem, 2
        while key in taken:
            key, number = f"{stem}_{number}", number + 1
        texts = {
            "anchors": cleaned["new_anchors"],
            "question": dict(cleaned["new_question"]),
            "title": dict(cleaned["new_title"]),
        }
        return {"highest": "10", "name": key, "texts": texts, "weight": str(cleaned["new_weight"] or 0)}


class RefusalForm(forms.Form):
    """Why an amendment is not confirmed."""

    reason = WordsField(
        label=_("Why not?"), help_text=_("Who proposed it reads these words."), lines=2, max_words=150
    )


# --- A programme as its file --------------------------------------------------------------------------
LARGEST_FILE = 500_000  # octets; a large programme has sixty thousand


class DroppedFileForm(forms.Form):
    """A programme file, as its text and its name."""

    problem = ""  # what stood against loading the one before
    file = forms.FileField(
        label=_("Programme file"),
        help_text=_(
            "A .toml file, such as the one that you download here. You read first what it would change."
        ),
        widget=forms.FileInput(attrs={"accept": ".toml"}),
    )

    def clean_file(self) -> tuple[str, str]:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("This is larger than any programme. Is it the right file?"))
        try:
            return file.read().decode(), file.name
        except UnicodeDecodeError:
            raise forms.ValidationError(_("This file is not UTF-8; save it with that encoding.")) from None


class LoadFileForm(forms.Form):
    """The file that was read, to be loaded; `seen` is the fingerprint of what it was said to change."""

    text = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=LARGEST_FILE)
    name = forms.CharField(widget=forms.HiddenInput, max_length=200)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
    allow_removal = forms.BooleanField(label=_("Remove what the file no longer has"), required=False)
