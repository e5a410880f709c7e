"""A table with mistakes in it, from another tool's export to applications, as a manager does it in the browser."""

import factories
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from applications.models import Application

EXPORT = (
    "#;Startup name;Email;Country;In one line;When;Token\r\n"
    "1;Kestrel;noor@kestrel.example;France;Maps heat;20.11.2023 09:12;abc\r\n"
    "2;Möwe;ute at moewe;Deutschland;Flies;21.11.2023 10:00;def\r\n"
    "3;Spatz;jan@spatz.example;Atlantis;Flies too;22.11.2023 10:00;ghi\r\n"
)


def test_a_table_with_mistakes_is_read_matched_mended_and_brought_in(visit, open_call):
    page = visit(
        factories.make_manager(open_call.programme), reverse("lists:applications", args=[open_call.pk])
    )
    page.get_by_role("link", name="Import", exact=True).click()
    file = {"name": "Export.csv", "mimeType": "text/csv", "buffer": EXPORT.encode("cp1252")}
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    assert page.get_by_text("ute at moewe” is no e-mail address").is_visible()
    assert page.get_by_text("“Atlantis”. We know no country of this name.").is_visible()
    assert page.get_by_role("button", name="Bring 1 line in").is_visible()

    page.get_by_text("What the columns say").click()  # by its words nobody knows what “When” is
    page.get_by_label("When", exact=True).select_option(label="When it was submitted")
    page.get_by_label("Leave out answers that do not fit").check()
    page.get_by_role("button", name="Read it so").click()
    assert page.get_by_text("20 November 2023, 09:12 Paris time").is_visible()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not Axe().run(page, options={"preload": False}).response["violations"]

    page.get_by_role("button", name="Bring 2 lines in").click()
    assert page.get_by_text("2 applications are here now.").is_visible()
    assert page.get_by_role("link", name="Spatz", exact=True).is_visible()
    assert set(Application.objects.values_list("startup__name", flat=True)) == {"Kestrel", "Spatz"}
