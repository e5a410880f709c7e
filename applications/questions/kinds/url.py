"""The address of a page on the web."""

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.questions.kinds.base import Kind


class UrlKind(Kind):
    name = "url"
    label = _("Url")
    invalid = _("This is not a whole web address, such as https://example.org.")

    def field(self, question):
        return forms.URLField(assume_scheme="https", max_length=200, **self.common(question))

    def shown(self, question, answer):
        if answer.startswith(("https://", "http://")):  # a draft may hold anything
            return {"url": answer}
        return super().shown(question, answer)

    def example(self, question, text, website):
        return website
