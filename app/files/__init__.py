"""Reading the tables people give us, whatever wrote them: packing, encodings, delimiters, sheets, cells, findings.

`tables.open_table` is the door. May import: errors. Knows nothing of contacts or the database; owns no tables.
"""
