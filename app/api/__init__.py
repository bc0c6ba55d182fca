"""The programs' door: JSON in, JSON out, a bearer token on every call.

May import: exports, reports, intake and below. Owns no table.
"""

from app.api import imports
from app.api.routes import bp

__all__ = ["bp", "imports"]
