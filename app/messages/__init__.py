"""The ledger of everything said, both ways: the outbox, claim-cross-record, receipts. Knows no wave.

May import: engagement, contacts, accounts, journal and the floor. Owns: message_groups, contents, messages,
attempts, receipts, waiting.
"""
