"""Our speed as a ratio against the bare ceiling measured beside it; `riattiva bench NAME` runs one."""
