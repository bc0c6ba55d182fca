"""The web process: `gunicorn wsgi:app` (threads, because it mostly waits for the database)."""

import gc
import sys

from app import settings
from app.accounts import installation
from app.errors import RiattivaError
from app.factory import create_app

GIVE_UP = 3
"""The status by which gunicorn ends, instead of starting the same failure again (WORKER_BOOT_ERROR)."""

try:
    app = create_app(installation.start(settings.load(make_secrets=True)))
except RiattivaError as error:
    sys.stderr.write(f"riattiva: {error}\n")
    sys.exit(GIVE_UP)
# What is loaded stays for good: looking through a quarter of a million objects again would stop every thread for a
# tenth of a second, in the middle of whatever was being answered.
gc.collect()
gc.freeze()
