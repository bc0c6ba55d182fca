"""What contacts think: ratings and sentiment, with their source and time.

May import: conversations and below. Owns: ratings, sentiments.
"""
