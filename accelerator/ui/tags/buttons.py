"""What a reader can do: links that look like buttons, a form's button, and forms of one button."""

from django import template
from django.utils.html import format_html, format_html_join

from accelerator.ui.tags.rendering import render

register = template.Library()


@register.simple_tag
def link_button(label, url, kind="", small=False):
    """A link that looks like a button. kind: "", primary, plain or danger. At most one primary in view.

    `{% link_button _("Start an application") start_url kind="primary" %}`
    """
    return format_html('<a class="{}" href="{}">{}</a>', _button_class(kind, small), url, label)


@register.simple_tag
def submit(label, kind="primary", small=False, **attributes):
    """The button of a form: `{% submit _("Save draft") kind="" name="act" value="save" %}`. Further names: name, value,
    form, formaction."""
    more = format_html_join("", ' {}="{}"', attributes.items())
    return format_html('<button class="{}"{}>{}</button>', _button_class(kind, small), more, label)


@register.simple_tag(takes_context=True)
def post_button(context, label, url, kind="", small=False, **fields):
    """A form of one button, for an act without questions; further names become hidden fields.

    `{% post_button _("Accept") accept_url kind="primary" offer=offer.pk %}`
    """
    return render(
        "post_button",
        label=label,
        url=url,
        button_class=_button_class(kind, small),
        fields=fields,
        csrf_token=context.get("csrf_token"),
    )


def _button_class(kind: str, small: bool) -> str:
    return "button" + (f" button-{kind}" if kind else "") + (" button-small" if small else "")
