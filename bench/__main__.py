"""`make bench`: the figures that have limits, measured."""

import sys

from bench import pages, selection

if __name__ == "__main__":
    sys.exit(max(pages.main([]), selection.main()))
