"""How a tag renders its template."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


def render(component: str, /, **context) -> SafeString:
    """templates/components/<component>.html with this context alone, without the page's.

    The newline at the end of the file is left out: many components stand within a line of text.
    """
    return mark_safe(render_to_string(f"components/{component}.html", context).strip())
