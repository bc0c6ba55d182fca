"""A wave under way: held, let go on, taken back, braked by itself, asked about after a long sleep.

May import: batches and what stands beside them.
"""
