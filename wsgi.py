"""The web process: `gunicorn wsgi:app` (threads, because it mostly waits for the database)."""

from app import settings
from app.factory import create_app, open_process

loaded = settings.load(make_secrets=True)
app = create_app(open_process(loaded))
