"""Results as files, each row with its evidence.

May import: intake and below. Owns no table.
"""
