"""Forms whose words stay on the reader's device until the server has them (static/js/writing/)."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def writing(context, kind: str, of="", *, is_stored=False) -> str:
    """Attributes of a form in which people write: of which object the words are, and whose they are.

    `<form method="post" {% writing "review" assignment.public_id %}>`. A page that shows the form again because of a
    mistake in it holds words that are stored nowhere (`data-unsent`), unless `is_stored` says that it keeps them so.
    """
    user = getattr(context.get("request"), "user", None)
    writer = user.public_id if user is not None and user.is_authenticated else ""
    is_bound = getattr(context.get("form"), "is_bound", False)
    unsent = " data-unsent" if is_bound and not is_stored else ""
    return format_html(
        'data-writing="{}" data-writer="{}"{}', f"{kind}:{of}" if of else kind, writer, mark_safe(unsent)
    )
