"""Reading the tables people give us, whatever wrote them: encodings, delimiters, header rows, cells, findings.

May import: errors. Knows nothing of contacts or the database; owns no tables.
"""
