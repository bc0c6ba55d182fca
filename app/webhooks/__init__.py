"""The providers' door: verify over the raw bytes, keep the raw event once, answer 2xx.

May import: intake and below. Owns no table.
"""

from app.webhooks.metrics import metrics
from app.webhooks.routes import bp

__all__ = ["bp", "metrics"]
