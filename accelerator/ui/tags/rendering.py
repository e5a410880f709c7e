"""How a tag renders its template."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


def render(component: str, /, **context) -> SafeString:
    """templates/components/<component>.html with this context alone, without the page's."""
    return render_to_string(f"components/{component}.html", context)
