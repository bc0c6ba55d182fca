"""One person across every room: two contacts who proved to be one become one, and apart again.

May import: outcomes and every room below it. Owns: merges. Each room that holds rows of a contact offers `rejoin.py`:
`rejoin(db, gone, keep) -> facts` and `part(db, gone, keep, facts)`, in the caller's transaction.
"""
