"""People we may write to: their imports, identity, owners, consent and suppression.

May import: accounts, journal and the floor. Owns: contacts, contact_keys, owners, consents,
suppressions, declarations, voided_acts, imports, doubles, contact_blocks, contact_looks.
"""
