"""A manager's pages of the words of the mails: every kind that can be worded, and one of them."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.messages import kinds, own_words, wordings
from accelerator.messages.models import OwnWording
from accelerator.records.programmes import Programme
from accelerator.rewording import differing, examples, rewording
from accelerator.rewording.forms import OwnWordingForm
from accelerator.transitions import NotAllowed


def _language_in_words(code: str) -> str:
    return get_language_info(code)["name_local"].capitalize()


def _wanted(request, programme_slug: str, kind: str, language: str) -> tuple[Programme, wordings.Wordable]:
    programme = get_object_or_404(Programme.objects.managed_by(request.user), slug=programme_slug)
    if kind not in wordings.declared or language not in rewording.languages(programme):
        raise Http404
    return programme, wordings.declared[kind]


@dashboard("GET")
def every_kind(request, programme_slug: str | None = None) -> HttpResponse:
    """All mails that can be worded, and whose words they have in which language."""
    managed = Programme.objects.managed_by(request.user).order_by("name")
    programme = get_object_or_404(managed, slug=programme_slug) if programme_slug else managed.first()
    if programme is None:
        raise Http404
    standing = own_words.standing(programme)
    rows = [
        {
            "label": kinds.in_words(kind),
            "versions": [
                {
                    "language": _language_in_words(language),
                    "url": reverse("wordings:one_kind", args=[programme.slug, kind, language]),
                    "is_own": (kind, language) in standing and not standing[kind, language].as_shipped,
                }
                for language in rewording.languages(programme)
            ],
        }
        for kind in wordings.declared
    ]
    return page(
        request,
        "accelerator/rewording/every_kind",
        _("Words of the mails"),
        programme=programme,
        programmes=managed,
        rows=sorted(rows, key=lambda row: row["label"]),
    )


@dashboard("GET", "POST")
def one_kind(request, programme_slug: str, kind: str, language: str) -> HttpResponse:
    """One mail: its words, how they read, what differs from ours, and every version."""
    programme, wordable = _wanted(request, programme_slug, kind, language)
    latest = rewording.standing(programme, kind, language)
    subject, text = rewording.words_of(programme, kind, language)
    initial = {"subject": subject, "text": text, "seen": latest.number if latest else 0}
    form = OwnWordingForm(request.POST if request.method == "POST" else None, kind=kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        subject, text = form.cleaned_data["subject"], form.cleaned_data["text"]
        if "look" not in request.POST:
            try:
                made = rewording.write(
                    programme, kind, language, **form.cleaned_data, by=request.user, now=request.now
                )
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
            else:
                said = _("The mails say so from now on.") if made else _("Nothing changed.")
                return done(request, said, "wordings:one_kind", programme.slug, kind, language)
    shipped = wordable.shipped(language, programme)
    versions = OwnWording.objects.filter(programme=programme, kind=kind, language=language)
    return page(
        request,
        "accelerator/rewording/one_kind",
        kinds.in_words(kind),
        programme=programme,
        kind=kind,
        language=language,
        language_in_words=_language_in_words(language),
        form=form,
        places=wordable.explained.items(),
        needs=wordable.needs,
        examples=list(examples.of(wordable, subject, text, programme)),
        changes=None if (subject, text) == shipped else differing.paragraphs(shipped, (subject, text)),
        latest=latest,
        versions=versions.select_related("written_by").order_by("-number"),
    )


@dashboard("POST")
def restore(request, programme_slug: str, kind: str, language: str) -> HttpResponse:
    """Back to the words that are shipped."""
    programme, _wordable = _wanted(request, programme_slug, kind, language)
    seen = request.POST.get("seen", "")
    return attempt(
        request,
        lambda: rewording.restore(
            programme,
            kind,
            language,
            by=request.user,
            now=request.now,
            seen=int(seen) if seen.isdecimal() and len(seen) < 9 else -1,
        ),
        _("The mails say the shipped words from now on."),
        "wordings:one_kind",
        programme.slug,
        kind,
        language,
    )
