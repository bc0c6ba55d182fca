"""The phrases by which contacts say what they want: words, kept apart from the rules that weigh them.

Every module lists phrases in the notation of `notation`, per intent and language, for text in normal form.
"""
