"""Bringing a CRM's export in: what its columns mean, who its rows are, and what became of each.

May import: the rest of contacts and below. Owns: imports.
"""
