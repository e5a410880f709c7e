"""`make bench`: the figures that have limits, measured."""

import sys

from bench import carriage, pages, release, selection

if __name__ == "__main__":
    sys.exit(max(pages.main([]), release.main(), carriage.main(), selection.main()))
