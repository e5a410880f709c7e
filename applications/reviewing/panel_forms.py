"""Forms about the reviewers of a call: asking more in, and what is known of one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.models import Partner
from accelerator.people.forms import AddressesField
from applications.calls.models import Call
from applications.reviewing.models import Reviewer
from applications.reviewing.panel import MOST_REVIEWS

SHIPPED = 30  # reviews that somebody promises where nothing else is said


class AskReviewersForm(forms.Form):
    """Whom to ask, and with what they are listed. Cleans to what `panel.ask_all` takes."""

    emails = AddressesField(
        label=_("E-mail addresses"),
        help_text=_("One to a line, or as your mail program lists them. Each gets a link of their own."),
    )
    partner = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=_("None of the partners"),
        help_text=_("No two reviewers of one organisation read the same application."),
    )
    topics = forms.MultipleChoiceField(
        label=_("What they know"), widget=forms.CheckboxSelectMultiple, required=False
    )
    capacity = forms.IntegerField(
        label=_("Reviews promised"), min_value=1, max_value=MOST_REVIEWS, initial=SHIPPED
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any):
        super().__init__(*args, **kwargs)
        partner, topics = self.fields["partner"], self.fields["topics"]
        assert isinstance(partner, forms.ModelChoiceField)
        assert isinstance(topics, forms.MultipleChoiceField)
        partner.queryset = call.programme.partners.all()
        topics.choices = [(topic.key, str(topic.label)) for topic in call.programme.topics.all()]
        if not topics.choices:
            del self.fields["topics"]

    def clean(self) -> dict[str, Any]:
        return {"topics": [], **(super().clean() or {})}


class ReviewerForm(AskReviewersForm):
    """One who is listed. Cleans to what `panel.change` takes."""

    is_chair = forms.BooleanField(
        label=_("Chair"),
        required=False,
        help_text=_(
            "May confirm what a manager with a conflict proposes, and a release with something amiss."
        ),
    )

    def __init__(self, *args: Any, reviewer: Reviewer, **kwargs: Any):
        names = ("partner", "topics", "capacity", "is_chair")
        initial = {name: getattr(reviewer, name) for name in names}
        super().__init__(*args, **{"call": reviewer.call, "initial": initial, **kwargs})
        del self.fields["emails"]
