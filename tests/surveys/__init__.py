"""The survey language: golden conversations, bad files, and whatever people may write."""
