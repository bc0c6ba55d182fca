"""Who may use the installation: users, roles, API tokens, the one-time link, and what the installation is.

May import: journal and the floor. Owns: users, api_tokens, installation.
"""
