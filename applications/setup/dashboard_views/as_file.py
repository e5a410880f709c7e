"""A programme as its file: taken away, and dropped again, with everything that it would change said before."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import dashboard, done, page
from accelerator.models import Programme
from applications.calls.managed import managed_calls
from applications.setup.forms import DroppedFileForm, LoadFileForm

if TYPE_CHECKING:  # with pydantic; loaded with the first file
    from accelerator.programmes.programme_file import Loading


def _programme(request, slug: str) -> Programme:
    """One that the reader manages, with a part in none of its calls: the file holds the rules of all."""
    programme = Programme.objects.managed_by(request.user).filter(slug=slug).first()
    mine = {call.pk for call in managed_calls(request)}
    if programme is None or set(programme.calls.values_list("pk", flat=True)) - mine:
        raise Http404
    return programme


@dashboard("GET")
def download(request, programme_slug) -> HttpResponse:
    from accelerator.programmes import written

    programme = _programme(request, programme_slug)
    name = f"{programme.slug}.toml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(
        written.text(programme), content_type="application/toml; charset=utf-8", headers=headers
    )


@dashboard("GET", "POST")
def as_file(request, programme_slug) -> HttpResponse:
    """Drop a file, read what it would change, then load it."""
    from accelerator.programmes.programme_file import FileRefused

    programme = _programme(request, programme_slug)
    if request.method == "POST" and "text" in request.POST:
        return _load(request, programme)
    form = DroppedFileForm(*([request.POST, request.FILES] if request.method == "POST" else []))
    if form.is_valid():
        text, name = form.cleaned_data["file"]
        try:
            loading = _preview(programme, text, name, request.now)
        except FileRefused as refusal:
            form.add_error("file", str(refusal).splitlines())
        else:
            return _shown(request, programme, form, text, name, loading)
    return _shown(request, programme, form)


def _load(request, programme: Programme) -> HttpResponse:
    from accelerator.programmes import programme_file
    from accelerator.programmes.programme_file import FileRefused

    form = LoadFileForm(request.POST)
    if not form.is_valid():
        return _shown(request, programme, DroppedFileForm())
    text, name, again = form.cleaned_data["text"], form.cleaned_data["name"], DroppedFileForm()
    try:
        shown = _preview(programme, text, name, request.now)
        if form.cleaned_data["seen"] != _fingerprint(shown):
            again.problem = _("What this file changes is no longer what you read. Here it is as of now.")
            return _shown(request, programme, again, text, name, shown)
        if shown.removed and not form.cleaned_data["allow_removal"]:
            again.problem = _(
                "This file removes something. Say below that you want that, or put it back into the file."
            )
            return _shown(request, programme, again, text, name, shown)
        loading = programme_file.load(
            programme_file.read(text, name),
            by=request.user,
            allow_removal=form.cleaned_data["allow_removal"],
            now=request.now,
        )
    except FileRefused as refusal:
        again.problem = str(refusal)
        return _shown(request, programme, again)
    return done(request, loading.summary(), "setup:as_file", programme.slug)


def _preview(programme: Programme, text: str, name: str, now: datetime) -> Loading:
    from accelerator.programmes import programme_file
    from accelerator.programmes.programme_file import FileRefused

    file = programme_file.read(text, name)
    if file.entries.programme.slug != programme.slug:
        raise FileRefused(
            _("This is the file of “%(other)s”. Drop it on the page of that programme.")
            % {"other": file.entries.programme.slug}
        )
    return programme_file.preview(file, now=now)


def _fingerprint(loading: Loading) -> str:
    return sha256("\n".join(loading.said).encode()).hexdigest()[:16]


def _shown(
    request, programme: Programme, form: DroppedFileForm, text="", name="", loading: Loading | None = None
) -> HttpResponse:
    return page(
        request,
        "applications/setup/as_file",
        _("The programme as a file"),
        programme=programme,
        form=form,
        loading=loading,
        load_form=loading
        and LoadFileForm(initial={"text": text, "name": name, "seen": _fingerprint(loading)}),
    )
