"""What every page of the dashboard needs: who may enter, the frame around it, and the answer to a button."""

from django.contrib import admin, messages
from django.core.paginator import Page, Paginator
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accelerator.transitions import NotAllowed

ON_A_PAGE = 100


def dashboard(*methods: str, refuses_itself: bool = False):
    """A view for people of the dashboard, by these methods (and HEAD).

    Others are sent to sign in; `refuses_itself` leaves it to the view to answer them with 403 or 404.
    """

    def decorate(view):
        view = require_http_methods([*methods, "HEAD"])(view)
        return never_cache(view) if refuses_itself else admin.site.admin_view(view)

    return decorate


def page(request, template: str, title: str, **context) -> TemplateResponse:
    frame = admin.site.each_context(request)
    return TemplateResponse(request, f"{template}.html", {**frame, "title": title, **context})


def paged(request, rows, *, count: int | None = None) -> Page:
    """One page of a long list. Whoever knows the `count` saves the query for it."""
    paginator = Paginator(rows, ON_A_PAGE)
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get("page"))


def done(request, sentence: str, to: str, *args, undo: str = ""):
    """Say what was done and go on. `undo` is the address that takes it back, for the button beside the sentence."""
    messages.success(request, sentence, extra_tags=undo)
    return redirect(to, *args)


def attempt(request, act, sentence, to: str, *args, undo: str = ""):
    """Do something behind a bare button and come back to the page, which says how it went. `undo` as in `done`."""
    try:
        result = act()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(to, *args)
    return done(request, sentence(result) if callable(sentence) else sentence, to, *args, undo=undo)
