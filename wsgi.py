"""The web process: `gunicorn wsgi:app` (threads, because it mostly waits for the database)."""

import sys

from app import settings
from app.errors import RiattivaError
from app.factory import create_app
from worker import open_ready

GIVE_UP = 3
"""The status by which gunicorn ends, instead of starting the same failure again (WORKER_BOOT_ERROR)."""

try:
    app = create_app(open_ready(settings.load(make_secrets=True)))
except RiattivaError as error:
    sys.stderr.write(f"riattiva: {error}\n")
    sys.exit(GIVE_UP)
