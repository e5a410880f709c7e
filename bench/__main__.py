"""`make bench`: the figures that have limits, measured."""

import sys

from bench import carriage, founder, pages, release, selection

if __name__ == "__main__":
    sys.exit(max(pages.main([]), founder.main(), release.main(), carriage.main(), selection.main()))
