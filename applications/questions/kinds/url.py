"""The address of a page on the web."""

from django.utils.translation import gettext_lazy as _

from accelerator.ui.typed_fields import LinkField
from applications.questions.kinds.base import Kind, longest


class UrlKind(Kind):
    name = "url"
    label = _("Web address")
    about = _("A page on the web, such as their site or a video.")

    def field(self, question):
        return LinkField(max_signs=longest(question), **self.common(question))

    def shown(self, question, answer):
        if answer.startswith(("https://", "http://")):  # a draft may hold anything
            return {"url": answer}
        return super().shown(question, answer)

    def example(self, question, text, website):
        return website
