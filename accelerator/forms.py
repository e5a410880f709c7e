"""How fields look: our own templates before Django's."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Finds form templates in templates/ first."""
