"""Saved rules that select contacts, compiled to SQL.

May import: scoring, feedback and below. Owns no table yet: a rule stands in the wave file.
"""
