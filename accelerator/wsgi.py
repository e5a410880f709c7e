"""What the web server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from accelerator import configuration

configuration.read_or_exit()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accelerator.settings")
application = get_wsgi_application()
# What is loaded now stays for good; not looking at it again makes every later collection cheaper.
gc.collect()
gc.freeze()
