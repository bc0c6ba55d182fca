"""How Riattiva speaks with SendGrid and Twilio: send, verify, parse, error codes.

May import: errors and the providers' SDKs, which nobody else does; no database, no room. Owns no table.
"""
