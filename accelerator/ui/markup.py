"""Fields and widgets written out in Python: the markup of Django's own widget templates and of templates/forms/.

A form of 25 questions would otherwise run some 120 templates, half of them for the options of one list of countries, and
take three times as long as everything else on its page (ADR 14). The templates stay as they are and tell what is
written here; a test compares both for every kind of field.
"""

import html
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accelerator.ui.tags.pages import icon


def escape(value: Any) -> str:
    """As Django does it, which asks of each of some 800 texts of a form whether it is to be translated later."""
    return html.escape(value) if type(value) is str else conditional_escape(value)


# --- Widgets --------------------------------------------------------------------------------------------
def _attributes(given: dict) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"'
        for name, value in given.items()
        if value is not False
    )


def _input(widget: dict) -> str:
    value = "" if widget["value"] is None else f' value="{escape(str(widget["value"]))}"'
    kind, name = escape(widget["type"]), escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _textarea(widget: dict) -> str:
    words = escape(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>\n{words}</textarea>'


def _file(widget: dict) -> str:
    return f'<input type="{widget["type"]}" name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>'


def _choices(widget: dict) -> str:
    """Radios or boxes. Groups of them are left to Django's template: no form of ours has any."""
    attrs = widget["attrs"]
    place = f' id="{escape(attrs["id"])}"' if attrs.get("id") else ""
    kind = f' class="{escape(attrs["class"])}"' if attrs.get("class") else ""
    options = "".join(
        f"<div>{_choice(option)}</div>"
        for _group, options, _index in widget["optgroups"]
        for option in options
    )
    return f"<div{place}{kind}>{options}</div>"


def _choice(option: dict) -> str:
    if not option["wrap_label"]:
        return _input(option)
    place = f' for="{escape(option["attrs"]["id"])}"' if option["attrs"].get("id") else ""
    return f"<label{place}>{_input(option)} {escape(option['label'])}</label>"


def _select(widget: dict) -> str:
    options = []
    for group, members, _index in widget["optgroups"]:
        within = "".join(
            f'<option value="{escape(str(option["value"]))}"{_attributes(option["attrs"])}>{escape(option["label"])}</option>'
            for option in members
        )
        options.append(f'<optgroup label="{escape(group)}">{within}</optgroup>' if group else within)
    return (
        f'<select name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>{"".join(options)}</select>'
    )


class LongSelect(forms.Select):
    """A select of many options, such as all countries, which are written once for each language."""

    def render(self, name, value, attrs=None, renderer=None):
        # A function of choices is asked itself: Django would look at each of them again.
        ask = getattr(self.choices, "func", None)
        options = _options_of(tuple(ask() if ask else self.choices), get_language())
        mark = f'<option value="{escape(str(value or ""))}"'
        chosen = options.replace(f"{mark}>", f"{mark} selected>", 1)
        own = _attributes(self.build_attrs(self.attrs, attrs))
        return mark_safe(f'<select name="{escape(name)}"{own}>{chosen}</select>')


@lru_cache(maxsize=32)
def _options_of(choices: tuple, _language: str | None) -> str:
    return "".join(
        f'<option value="{escape(str(value))}">{escape(label)}</option>' for value, label in choices
    )


# --- Fields ---------------------------------------------------------------------------------------------
def _optional(field) -> str:
    if field.field.required or getattr(field.field, "is_judged", False):
        return ""
    return f' <span class="optional">{escape(_("optional"))}</span>'


def _help(field) -> str:
    if not field.help_text:
        return ""
    place = f' id="{escape(field.auto_id)}_helptext"' if field.auto_id else ""
    return f'<p class="help"{place}>{escape(field.help_text)}</p>'


def _errors(field) -> str:
    if not field.errors:
        return ""
    place = f' id="{escape(field.auto_id)}_error"' if field.auto_id else ""
    sign = icon("alert", 14)
    return f'<ul class="field-errors"{place}>{"".join(f"<li>{sign} {escape(error)}</li>" for error in field.errors)}</ul>'


def _counter(field) -> str:
    if limit := getattr(field.field, "max_words", None):
        pattern = _("%%n of %(limit)s words") % {"limit": limit}
        at_most = _("at most %(limit)s words") % {"limit": limit}
    elif limit := getattr(field.field, "max_characters", None):
        pattern = _("%%n of %(limit)s characters") % {"limit": limit}
        at_most = _("at most %(limit)s characters") % {"limit": limit}
    else:
        return ""
    return (
        f'<p class="under"><span class="counter" data-counts="{escape(field.id_for_label)}"'
        f' data-pattern="{escape(pattern)}">{escape(at_most)}</span></p>'
    )


def _field(context: dict) -> str:
    field = context["field"]
    kind = field.widget_type
    if kind == "checkbox":
        return _tick(context)
    invalid = " invalid" if field.errors else ""
    tag, described = "div", ""
    if field.use_fieldset:
        tag = "fieldset"
        if by := field.aria_describedby:
            described = f' aria-describedby="{escape(by)}"'
    label = ""
    if field.label:
        words = f"{escape(field.label)}{_optional(field)}"
        label = f'<label for="{escape(field.id_for_label)}">{words}</label>'
        if field.use_fieldset:
            label = f'<legend class="label">{words}</legend>'
    inside = f"{label}{_help(field)}{_errors(field)}{field}{_counter(field)}"
    return f'<{tag} class="field field-{kind}{invalid}"{described}>{inside}</{tag}>'


def _tick(context: dict) -> str:
    field = context["field"]
    invalid = " invalid" if field.errors else ""
    optional = _optional(field) if field.field.template_name else ""
    label = f'<label for="{escape(field.id_for_label)}">{escape(field.label)}{optional}</label>'
    return f'<div class="choice{invalid}">{field}{label}{_help(field)}{_errors(field)}</div>'


def _of_widget(write: Callable[[dict], str]) -> Callable[[dict], str]:
    return lambda context: write(context["widget"])


WIDGETS = "django/forms/widgets/"
WRITTEN: dict[str, Callable[[dict], str]] = {
    **{
        f"{WIDGETS}{name}.html": _of_widget(_input)
        for name in (
            "text",
            "number",
            "email",
            "url",
            "hidden",
            "password",
            "checkbox",
            "search",
            "tel",
            "date",
            "time",
            "datetime",
        )
    },
    f"{WIDGETS}input.html": _of_widget(_input),
    f"{WIDGETS}textarea.html": _of_widget(_textarea),
    f"{WIDGETS}file.html": _of_widget(_file),
    f"{WIDGETS}radio.html": _of_widget(_choices),
    f"{WIDGETS}checkbox_select.html": _of_widget(_choices),
    f"{WIDGETS}select.html": _of_widget(_select),
    "forms/field.html": _field,
    "forms/tick.html": _tick,
}


def write(template_name: str, context: dict) -> SafeString | None:
    """What this template would give; None where only the template can tell."""
    written = WRITTEN.get(template_name)
    if written is None:
        return None
    return mark_safe(written(context))
