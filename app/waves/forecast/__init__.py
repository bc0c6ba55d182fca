"""Before a launch: whom a wave would reach, what it would cost and how long it would take; nothing is written.

May import: planning, steering and the files beside it. Nothing in the room imports it.
"""
