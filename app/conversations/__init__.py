"""One person's walk through one survey, whatever the channel: start, receive, remind, expire.

May import: messages, engagement, contacts, accounts, journal and the floor. Owns: survey_versions,
conversations, conversation_aliases, answers, quota_counts.
"""
