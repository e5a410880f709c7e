"""Slipway's icon, and its colours in the dashboard: django-unfold's palettes, made of those in static/css/tokens.css."""

from django.templatetags.static import static
from django.utils.functional import lazy

icon = lazy(static, str)("icon.svg")  # its address is known once settings and static files are

UNFOLD_COLORS = {
    "base": {
        "50": "#f8f7f3",
        "100": "#f2f0e9",
        "200": "#dedad0",
        "300": "#c6c3bb",
        "400": "#98a1a8",
        "500": "#5f686f",
        "600": "#444d55",
        "700": "#343d45",
        "800": "#242c33",
        "900": "#0f1418",
        "950": "#0a0e11",
    },
    "primary": {
        "50": "#f1f6fa",
        "100": "#e4eef4",
        "200": "#c3dcec",
        "300": "#a3cdea",
        "400": "#86c1ea",
        "500": "#5aa6d8",
        "600": "#0a4b78",
        "700": "#083f66",
        "800": "#063454",
        "900": "#072a43",
        "950": "#07202f",
    },
    "font": {
        "subtle-light": "var(--color-base-500)",
        "subtle-dark": "var(--color-base-400)",
        "default-light": "var(--color-base-600)",
        "default-dark": "#bcc2c7",
        "important-light": "#12181d",
        "important-dark": "#edebe5",
    },
}
