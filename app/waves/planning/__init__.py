"""One page of contacts: the facts about them, what each becomes, and the rows that come of it.

May import: the wave file, rules and words beside it.
"""
