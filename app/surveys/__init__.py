"""The survey language and its engine: load a file, check it, take one step of a conversation.

May import `app.language` and `app.errors`; no database, queue, network or Flask. Owns no tables: a state goes
in, a new state and its effects come out, and the caller keeps them.
"""
