"""`make bench`: the figures that have limits, measured."""

import sys

from bench import pages, release, selection

if __name__ == "__main__":
    sys.exit(max(pages.main([]), release.main(), selection.main()))
