"""The timeline of what contacts did, how far each sign can be trusted, and who has gone quiet.

May import: contacts, accounts, journal and the floor. Owns: interactions, sends, dormancy (derived from the two under
the policy in force), dormancy_policies.
"""
