"""Where the tests find the project, and the vectors and sample data that others wrote."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RIATTIVA_SHARED", ROOT.parent / "shared"))
ARTEFACTS = ROOT / "artefacts"
PICTURES = bool(os.environ.get("RIATTIVA_PICTURES"))
"""Whether the browser's walks leave pictures in ARTEFACTS (`make matrix`)."""
