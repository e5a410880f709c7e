"""How forms look and the kinds of fields that several applications use; templates/forms/ has the markup.

A page writes `{{ form.name.as_field_group }}` for one field or `{{ form }}` for all: label, help, error, counter and
their aria attributes come from the field's template.
"""

from datetime import time

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accelerator.typed import clock, words
from accelerator.ui import markup
from accelerator.ui.typed_fields import check_length


class Renderer(TemplatesSetting):
    """Our own templates for forms and fields; widgets stay Django's. What a form has many of is written out in Python."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def render(self, template_name, context, request=None):
        without_maxlength(context.get("widget", {}))
        written = markup.write(template_name, context)
        return written if written is not None else super().render(template_name, context, request)


def without_maxlength(widget: dict) -> None:
    """By a maxlength browsers silently cut what is pasted; the field says what is too long."""
    widget.get("attrs", {}).pop("maxlength", None)
    for part in widget.get("subwidgets", ()):
        without_maxlength(part)


class WordsField(forms.CharField):
    """A text with a limit in words or in characters; the page counts along.

    `WordsField(label=…, max_words=150)` or `max_characters=300`; a single line unless `lines` is more than one. `max_signs` is for what is
    written without spaces, or has to fit somewhere.
    """

    def __init__(
        self,
        *,
        max_words: int | None = None,
        max_characters: int | None = None,
        max_signs: int | None = None,
        lines: int = 6,
        **kwargs,
    ):
        self.max_words, self.max_characters, self.max_signs = max_words, max_characters, max_signs
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": lines}) if lines > 1 else forms.TextInput())
        super().__init__(**kwargs)

    def widget_attrs(self, widget):
        limits = {"data-max-words": self.max_words, "data-max-characters": self.max_characters}
        return super().widget_attrs(widget) | {name: most for name, most in limits.items() if most}

    def validate(self, value):
        super().validate(value)
        if self.max_signs:
            check_length(value or "", self.max_signs)
        over = words.count(value or "") - self.max_words if self.max_words else 0
        if over > 0:
            raise ValidationError(
                ngettext(
                    "The limit is %(limit)s words. Please cut %(over)s of them.",
                    "The limit is %(limit)s words. Please cut %(over)s of them.",
                    over,
                ),
                code="too_many_words",
                params={"limit": self.max_words, "over": over},
            )
        self._check_characters(value or "")

    def _check_characters(self, value: str) -> None:
        over = words.characters(value) - self.max_characters if self.max_characters else 0
        if over > 0:
            raise ValidationError(
                ngettext(
                    "The limit is %(limit)s characters. Please cut %(over)s of them.",
                    "The limit is %(limit)s characters. Please cut %(over)s of them.",
                    over,
                ),
                code="too_many_characters",
                params={"limit": self.max_characters, "over": over},
            )


class ClockField(forms.TimeField):
    """A time of day on the 24-hour clock whatever the browser's language: 14:00, also typed as 1400, 14h, 14 or 2 pm.

    A browser's own field for times asks Americans for AM or PM. A field of an end (`may_be_end`) takes 24:00, too.
    """

    def __init__(self, *, may_be_end: bool = False, **kwargs):
        self.may_be_end = may_be_end
        attributes = {"inputmode": "text", "autocomplete": "off", "placeholder": "14:00", "size": 5}
        kwargs.setdefault("widget", forms.TimeInput(attrs=attributes, format="%H:%M"))
        errors = {"invalid": _("Write a time such as 14:00."), **kwargs.pop("error_messages", {})}
        super().__init__(error_messages=errors, **kwargs)

    def to_python(self, value):
        read = clock.time_of_day(value, may_be_end=self.may_be_end) if isinstance(value, str) else None
        return super().to_python(value) if read is None else read

    def prepare_value(self, value):
        return "24:00" if self.may_be_end and value == time(0) else value


class ScaleField(forms.TypedChoiceField):
    """A score from 0 to 10, one touch each, with the words that anchor some of the numbers.

    `ScaleField(label="Team", weight=25, help_text=question, anchors={0: "…", 5: "…", 10: "…"})`
    """

    widget = forms.RadioSelect

    def __init__(self, *, anchors=None, weight: int | None = None, **kwargs):
        self.anchors = {int(step): words for step, words in (anchors or {}).items()}
        self.weight = weight
        steps = [(step, str(step)) for step in range(11)]
        super().__init__(choices=steps, coerce=int, empty_value=None, **kwargs)
        self.template_name = "forms/scale.html"


class DocumentInput(forms.FileInput):
    """Never demanded by the browser, which does not know of the file that is already there."""

    def use_required_attribute(self, initial):
        return False


class DocumentField(forms.FileField):
    """A file beside the one that is already there; give `bound.field.current` the stored file, if any.

    `current` has name, size, and optionally pages, uploaded_at, url and zone.
    """

    widget = DocumentInput

    def __init__(self, *, current=None, **kwargs):
        self.current = current
        super().__init__(**kwargs)
        self.template_name = "forms/document.html"

    def validate(self, value):
        if not self.current:
            super().validate(value)


class TickField(forms.BooleanField):
    """A consent or a yes: the box first, the sentence beside it."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.template_name = "forms/tick.html"
