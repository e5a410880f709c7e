"""The parts of a page: its trail, tabs, sections and pager, and what it says to the reader."""

from functools import cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from accelerator.ui.icons import ICONS
from accelerator.ui.tags.rendering import render

register = template.Library()


@register.simple_block_tag
def keep(content):
    """Write once, show twice.

    `{% keep as heading %}{% block page_title %}{% endblock %}{% endkeep %}`, then `{{ heading }}`.
    """
    return mark_safe(content.strip())


@register.simple_tag
def constant(component: str) -> SafeString:
    """templates/components/<component>.html, which shows nothing but words of ours: written once for each language.

    `{% constant "writing_application" %}`
    """
    if settings.DEBUG:  # whose templates may change
        return render(component)
    return _written_in(component, get_language())


@cache
def _written_in(component: str, _language: str | None) -> SafeString:
    return render(component)


@register.simple_tag
def icon(name: str, size=18):
    """One of our own drawings: `{% icon "check" %}`. Names: accelerator/ui/icons.py."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 18 18" fill="none" stroke="currentColor" '
        'stroke-width="1.7" aria-hidden="true">{1}</svg>',
        size,
        mark_safe(ICONS[name]),
    )


@register.simple_tag
def trail(*steps):
    """Where one is, as links: pairs of label and address, the last label alone.

    `{% url "home" as home %}{% trail _("Applications") home application.startup.name %}`
    """
    return render("trail", links=list(zip(steps[0:-1:2], steps[1::2], strict=True)), here=steps[-1])


@register.simple_block_tag
def section(content, title, id=""):
    """A chapter of a page: title in the margin, matter beside it.

    `{% section _("What you get") id="benefits" %}…{% endsection %}`
    """
    return render("section", title=title, content=content, id=id)


@register.simple_tag
def tabs(items, label=""):
    """Sibling pages as tabs, each a link: `{% tabs views label=_("Views") %}`.

    `items`: mappings or objects with label, url, current, and optionally count.
    """
    return render("tabs", items=items, label=label)


@register.simple_tag(takes_context=True)
def pager(context, page, parameter="page"):
    """Older and newer pages of a long list, keeping the rest of the address: `{% pager page_obj %}`."""
    return render("pager", page=page, parameter=parameter, request=context.get("request"))


@register.simple_block_tag
def notice(content, kind="", title=""):
    """Something to know before going on. kind: "" (information), good, soon or bad.

    `{% notice kind="soon" title=_("The call closes today.") %}<p>…</p>{% endnotice %}`
    """
    return render("notice", kind=kind, title=title, content=content)


@register.simple_block_tag
def empty(content, title, url="", act=""):
    """A list with nothing in it yet: what will be here, how it gets here, and the way to it.

    `{% empty _("No sessions yet.") url=book_url act=_("Book the first") %}<p>…</p>{% endempty %}`
    """
    return render("empty", title=title, content=content, url=url, act=act)


@register.simple_tag(takes_context=True)
def dashboard_card(context, card):
    """One part of the dashboard's home, drawn by the application that contributed it (accelerator/dashboard/home.py)."""
    return mark_safe(render_to_string(card.template, card.context, request=context.get("request")))
