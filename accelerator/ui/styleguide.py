"""/styleguide/: every component in every state, with the real tags, for those who build pages and those who check them."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from accelerator.ui.drawing.calendar import CalendarItem, agenda, month_grid
from accelerator.ui.drawing.season import Point, Season, Span, season
from accelerator.ui.fields import DocumentField, ScaleField, TickField, WordsField
from accelerator.ui.typed_fields import LinkField, NumberField

PARIS = ZoneInfo("Europe/Paris")


def _at(year, month, day, hour=0, minute=0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


NOW = _at(2023, 11, 28, 10, 0)
CLOSES = _at(2023, 12, 2)


class Example(forms.Form):
    """One field of each kind; `why` is too long and `country` is missing."""

    name = WordsField(
        label=_("What is the startup called?"),
        help_text=_("The name that customers know."),
        lines=1,
        max_words=8,
    )
    why = WordsField(
        label=_("Why open models?"),
        help_text=_("What do they give you, and what do you give back?"),
        max_words=12,
    )
    tagline = WordsField(label=_("In one line"), lines=1, max_characters=80, required=False)
    website = LinkField(label=_("Website"), required=False)
    users = NumberField(label=_("How many people use it?"), required=False, least=0)
    country = forms.ChoiceField(
        label=_("Where is the company registered?"), choices=[("", "—"), ("FR", "France"), ("PT", "Portugal")]
    )
    stage = forms.ChoiceField(
        label=_("How far along are you?"),
        widget=forms.RadioSelect,
        choices=[
            ("users", _("People outside the company use the product")),
            ("revenue", _("Some of them pay for it")),
        ],
    )
    licences = forms.MultipleChoiceField(
        label=_("Under which licences?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("apache", "Apache 2.0"), ("mit", "MIT"), ("openrail", "OpenRAIL")],
    )
    deck = DocumentField(label=_("Your deck"), help_text=_("One PDF of up to 20 MB."))
    appendix = DocumentField(label=_("An appendix"), required=False)
    team = ScaleField(
        label=_("Team"),
        weight=25,
        help_text=_("Are these the people to do it?"),
        anchors={
            0: _("One cannot tell who does the work."),
            5: _("One half is strong."),
            10: _("Rarely better placed."),
        },
    )
    consent = TickField(label=_("The reviewers assigned to us may read this application."))
    keep = TickField(label=_("Keep our application for the next call."), required=False)

    def clean_name(self):
        if self.cleaned_data["name"] == "Marée Basse":
            raise ValidationError(
                _("Another application of this call bears the name. Is it your co-founder's?")
            )
        return self.cleaned_data["name"]


def _example_form() -> Example:
    form = Example(
        {
            "name": "Marée Basse",
            "why": "Harbour offices will not send their radio traffic to somebody else’s cloud, and they are right.",
            "stage": "revenue",
            "licences": ["apache"],
            "team": "8",
        }
    )
    cast(DocumentField, form.fields["deck"]).current = SimpleNamespace(
        name="maree-basse-deck.pdf", size=4_210_000, pages=14, uploaded_at=NOW, url="#", zone=PARIS
    )
    return form


def _season() -> Season:
    return season(
        [
            Span(_("Call open"), _at(2023, 11, 8, 9), CLOSES, "call"),
            Span(_("Reviewing"), CLOSES, _at(2023, 12, 19), "review"),
            Span(_("The six months"), _at(2024, 1, 8), _at(2024, 6, 29)),
        ],
        [
            Point(_("Deadline"), CLOSES, "deadline"),
            Point(_("Answers"), _at(2023, 12, 21)),
            Point(_("Kick-off"), _at(2024, 1, 8, 10)),
            Point(_("Mid-term review"), _at(2024, 3, 28, 9, 30)),
            Point(_("Demo day"), _at(2024, 6, 20, 17, 30)),
        ],
        PARIS,
        NOW,
        _("Today"),
    )


ENTRIES = [
    CalendarItem(_at(2024, 1, 8, 10), _("Kick-off"), url="#", note="STATION F", end=_at(2024, 1, 8, 16)),
    CalendarItem(
        _at(2024, 1, 18, 10),
        _("Evaluation, with Nadia Ferhat"),
        url="#",
        end=_at(2024, 1, 18, 10, 45),
        kind="session",
    ),
    CalendarItem(_at(2024, 1, 1), _("New Year’s Day"), kind="holiday", is_whole_day=True),
    CalendarItem(_at(2024, 1, 20), _("Baseline figures"), kind="deadline"),
    CalendarItem(
        _at(2024, 1, 25, 14), _("From a notebook to the Hub"), url="#", end=_at(2024, 1, 25, 16, 30)
    ),
]


@login_not_required
def styleguide(request):
    if not (settings.DEBUG or settings.TESTING or settings.REHEARSAL):
        raise Http404  # it is for those who build pages, and says much about how
    today = _at(2024, 1, 18).date()
    return render(
        request,
        "styleguide.html",
        {
            "now": NOW,
            "zone": PARIS,
            "thing": SimpleNamespace(status="draft", get_status_display=lambda: _("draft")),
            "opens_at": _at(2023, 11, 8, 9),
            "closes_at": CLOSES,
            "page_obj": Paginator(range(41), 20).page(2),
            "closes_tonight": NOW + timedelta(hours=9),
            "session": (_at(2024, 1, 18, 10), _at(2024, 1, 18, 10, 45)),
            "season": _season(),
            "form": _example_form(),
            "deck": SimpleNamespace(name="maree-basse-deck.pdf", size=4_210_000, pages=14, uploaded_at=NOW),
            "answer": "A long answer keeps its paragraphs.\n\nIts addresses become links: https://example.org/models",
            "policy": "## Who reads it\n\nA heading in a programme’s own text begins with two signs.",
            "views": [
                {"label": _("All"), "url": "#", "current": True, "count": 41},
                {"label": _("Submitted"), "url": "#", "count": 29},
                {"label": _("Drafts"), "url": "#", "count": 12},
            ],
            "history": [
                {"what": _("Version 1 submitted"), "when": _("27 November, 18:20")},
                {
                    "what": _("Version 2 submitted"),
                    "when": _("28 November, 09:41"),
                    "state": "next",
                    "note": _("This one counts."),
                },
                {"what": _("Answer"), "when": _("21 December"), "state": "ahead"},
            ],
            "month": month_grid(2024, 1, ENTRIES, PARIS, today),
            "days": agenda(ENTRIES, PARIS, today),
            "hours": [("Marée Basse", 9.5), ("Palimpseste", 7), ("Verbatim Sud", 2.5)],
            "per_day": [
                (f"{day} Nov", n)
                for day, n in zip(
                    range(8, 31),
                    [2, 1, 0, 0, 3, 1, 2, 1, 0, 1, 0, 2, 1, 3, 2, 1, 2, 0, 1, 3, 4, 6, 9],
                    strict=True,
                )
            ]
            + [("1 Dec", 21, True)],
            "rows": [
                {"name": "Marée Basse", "scores": [8, 8, 7], "score": (7.1, 7.7, 8.3)},
                {"name": "Palimpseste", "scores": [9, 6, 7], "score": (6.6, 7.4, 8.2)},
                {"name": "Verbatim Sud", "scores": [7, 5, 6], "score": (5.3, 6.1, 6.9)},
            ],
            "amounts": [
                (_("Raw mean"), 7.67, False),
                (_("Leniency of its readers"), -0.42, True),
                (_("Width of their marks"), 0.08, True),
                (_("Towards the middle"), -0.21, True),
                (_("Calibrated score"), 7.12, False),
            ],
        },
    )
