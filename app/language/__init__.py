"""What a contact wrote: text to language, rating, intents and sentiment; replies stripped, robots recognised.

Pure: no database, queue or network; imports nothing of ours. Owns no tables.
Start at `reading.read`; doors use `replies`, `transport` and `keywords` before it.
"""
