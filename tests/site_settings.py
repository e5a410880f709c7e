"""The settings of a site that a test starts as a process of its own: as in production, but nothing is collected."""

import os

os.environ["SLIPWAY_DEBUG"] = "1"  # plain static files

from accelerator.settings import *  # noqa: F403

DEBUG = False
