"""Raw provider events as posted, expanded once; and the one story of a reply, whatever the door.

May import: outcomes and below. Owns: raw_events, door_counts.
"""
