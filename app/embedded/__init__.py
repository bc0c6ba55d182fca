"""What one machine runs with nothing installed: a Valkey and the worker processes, under our own supervision.

For Linux and macOS. Imports only the errors and the standard library; owns riattiva.lock, valkey/ and logs/
under DATA_DIR.
"""

from app.embedded.children import Children
from app.embedded.lifeline import die_with_parent
from app.embedded.lock import AlreadyRunning, DataDirLock, lock_data_dir
from app.embedded.valkey import Valkey, find_valkey, start_valkey, valkey_url

__all__ = [
    "AlreadyRunning",
    "Children",
    "DataDirLock",
    "Valkey",
    "die_with_parent",
    "find_valkey",
    "lock_data_dir",
    "start_valkey",
    "valkey_url",
]
