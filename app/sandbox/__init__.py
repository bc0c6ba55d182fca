"""The outside world, played: SendGrid's and Twilio's HTTP APIs, the contacts who react, and a CRM's exports.

Imports nothing of ours and nothing imports it: it is reached by base URL only. `server.py` is its door,
`memory.py` owns its one SQLite file, `actions.py` does what is due, `crm.py` writes sample exports.
"""
