"""The append-only record of who or what changed what.

May import: the floor. Owns: journal.
"""
