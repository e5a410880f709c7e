"""The style sheets as they are served: one file, though they are written one for each component.

`css/site.css` imports nearly eighty sheets, each of which a browser would ask for on its own: measured in a rehearsal,
half a second before the first page shows. So what Django finds under that name has the sheets in the place of their
imports, wherever static files are found: in a rehearsal, in a test, and when they are collected for a public site.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage, Storage

INDEX = "css/site.css"
IMPORT = re.compile(r'^@import "(?P<sheet>[^"]+)" layer\((?P<layer>[^)]+)\);$', re.MULTILINE)


class Finder(FileSystemFinder):
    """Finds what stands in `static/`, with `css/site.css` joined and without the sheets that are in it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.made = FileSystemStorage(location=settings.STATIC_CACHE)

    def find_location(self, root: str, path: str, prefix: str | None = None) -> str | None:
        found = super().find_location(root, path, prefix)
        return self._join(found) if found and path == INDEX else found

    def list(self, ignore_patterns) -> Iterator[tuple[str, Storage]]:
        for path, storage in super().list(ignore_patterns):
            if path == INDEX:
                self._join(storage.path(path))
                yield path, self.made
            elif not path.startswith("css/"):
                yield path, storage

    def _join(self, index: str) -> str:
        """Write the joined sheet and return where it is. Several processes may do so at once."""
        target = Path(self.made.path(INDEX))
        sheet = joined(Path(index))
        if not target.exists() or target.read_text() != sheet:
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished = target.with_suffix(f".{os.getpid()}")
            unfinished.write_text(sheet)
            unfinished.replace(target)
        return str(target)


def joined(index: Path) -> str:
    """The index with the rules of each sheet, in the layer that is named, in the place of its import.

    Addresses are not changed: only a sheet beside the index may have relative ones.
    """

    def rules(found: re.Match[str]) -> str:
        return f"@layer {found['layer']} {{\n{(index.parent / found['sheet']).read_text()}}}"

    return IMPORT.sub(rules, index.read_text())
