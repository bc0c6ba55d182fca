"""Figures read from every room below: funnel, progress, books.

May import: intake and below. Owns no table.
"""
