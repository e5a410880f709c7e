"""Changing to another call, and finding something by a word."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accelerator.dashboard import search as finding
from accelerator.dashboard.frame import dashboard, page
from accelerator.dashboard.readers import manages_something
from applications.calls.managed import managed_call
from applications.guiding import focus, steps

LARGEST_KEY = 2**31 - 1


@dashboard("POST")
def choose(request) -> HttpResponse:
    """Look at another call: at the same page of it, where it has one."""
    key = request.POST.get("choice", "")
    number = int(key) if key.isascii() and key.isdecimal() and len(key) < 11 else 0
    call = managed_call(request, min(number, LARGEST_KEY))
    focus.choose(call, by=request.user)
    addresses = {name: url for name, _label, url in steps.steps(call)}
    return redirect(addresses.get(request.POST.get("page", ""), "admin:index"))


@dashboard("GET")
def search(request) -> HttpResponse:
    """What has these words, of everything that the reader may see: a few of each kind."""
    if not manages_something(request):
        raise Http404
    words = finding.typed(request.GET.get("q", ""))
    found = finding.find(request, words) if words else []
    return page(request, "applications/guiding/search", _("Search"), searched=words, found=found)
