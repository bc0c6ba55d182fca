"""The verdict on each contact of a wave, with the evidence and the rule that gave it.

May import: waves and below. Owns: outcomes.
"""
