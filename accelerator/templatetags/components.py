"""The components that pages are built from; /styleguide/ shows each in every state.

A built-in library: no `{% load %}` is needed. What has words or parts between its tags is a block
(`{% notice %}…{% endnotice %}`), the rest are single tags. The tags are in accelerator/ui/tags/, a module for each
subject, their markup in templates/components/<name>.html and its style in static/css/components/.
"""

from django import template

from accelerator.ui.tags import buttons, moments, pages, pictures, records, words, writing

register = template.Library()
for subject in (moments, words, pages, buttons, records, pictures, writing):
    register.tags.update(subject.register.tags)
    register.filters.update(subject.register.filters)
