"""How Riattiva speaks with SendGrid and Twilio: sends, verifies, parses; no tables, imports no room."""
