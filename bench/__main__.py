"""`make bench`: the figures that have limits, measured."""

import sys

from bench import selection

if __name__ == "__main__":
    sys.exit(selection.main())
