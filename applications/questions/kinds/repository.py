"""A link to a model, a dataset or a repository. Its shape is checked; nothing is fetched."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accelerator.ui.typed_fields import LinkField
from applications.questions.kinds.base import longest
from applications.questions.kinds.url import UrlKind

HUB = "https://huggingface.co/"
_NAME = r"[\w.-]+"
_BARE = re.compile(rf"{_NAME}/{_NAME}")
# What follows the host of a page that shows one model or repository, not a person or a search.
PLACES = {
    "huggingface.co": re.compile(rf"/(?:datasets/|spaces/)?{_NAME}/{_NAME}(?:/.*)?"),
    "github.com": re.compile(rf"/{_NAME}/{_NAME}(?:/.*)?"),
    "gitlab.com": re.compile(rf"/{_NAME}(?:/{_NAME})+(?:/.*)?"),
    "codeberg.org": re.compile(rf"/{_NAME}/{_NAME}(?:/.*)?"),
    "bitbucket.org": re.compile(rf"/{_NAME}/{_NAME}(?:/.*)?"),
    "kaggle.com": re.compile(rf"/(?:models|datasets)/{_NAME}/{_NAME}(?:/.*)?"),
}
NO_OWNERS = {
    "models",
    "datasets",
    "spaces",
    "search",
    "topics",
    "explore",
    "settings",
    "docs",
    "blog",
    "orgs",
}


class RepositoryAnswer(LinkField):
    """Cleans to a whole link. “owner/name” alone is a model on the hub, as people write it there."""

    default_error_messages = {
        "no_repository": _(
            "This is no page of a model or a repository, such as huggingface.co/owner/model or "
            "github.com/owner/project."
        )
    }

    def to_python(self, value):
        typed = str(value or "").strip()
        if _BARE.fullmatch(typed) and "." not in typed.partition("/")[0]:
            typed = HUB + typed
        link = super().to_python(typed)
        if link and not is_repository(link):
            raise ValidationError(self.error_messages["no_repository"], code="no_repository")
        return link


def is_repository(link: str) -> bool:
    """Whether the link has the shape of such a page; a host that we do not know may be somebody's own."""
    parts = urlsplit(link)
    host, path = (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")
    shape = PLACES.get(host)
    if shape is None:
        return path.count("/") >= 2
    owner = path.strip("/").partition("/")[0]
    is_of_the_site = owner in NO_OWNERS and not (
        host in ("huggingface.co", "kaggle.com") and path.count("/") >= 3
    )
    return bool(shape.fullmatch(path)) and not is_of_the_site


class RepositoryKind(UrlKind):
    name = "repository"
    label = _("Model or repository")
    about = _("A model, dataset or code; the shape of the link is checked.")
    missing = _("Please give a link.")

    def field(self, question):
        return RepositoryAnswer(max_signs=longest(question), **self.common(question))

    def example(self, question, text, website):
        return f"{HUB}startup/model"
