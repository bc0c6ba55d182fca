"""What a contact is worth beyond their money: facts -> a scorecard of pure rules -> a score, explained.

May import: feedback, conversations, messages, engagement, contacts and below. Owns: scores, score_cards, score_bounds.
"""
