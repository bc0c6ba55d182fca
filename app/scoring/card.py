"""The scorecard: how many points each thing known of a contact gives, and how much each part weighs. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Part(StrEnum):
    """What a score is made of. The first three are quintiles (1-5), the others go from 0 to 100."""

    RECENCY = "recency"
    FREQUENCY = "frequency"
    MONETARY = "monetary"
    ENGAGEMENT = "engagement"
    SATISFACTION = "satisfaction"
    ADVOCACY = "advocacy"
    RISK = "risk"


QUINTILES = (Part.RECENCY, Part.FREQUENCY, Part.MONETARY)
POINTED = (Part.ENGAGEMENT, Part.SATISFACTION, Part.ADVOCACY, Part.RISK)


class Fact(StrEnum):
    """What is known of a contact, as far as it matters here. Of machines' opens and clicks nothing is known."""

    OPENS = "opens"
    CLICKS = "clicks"
    VISITS = "visits"
    REPLIES = "replies"
    ANSWERS = "answers"
    LOGINS = "logins"
    WEBINARS = "webinars"
    POINTS = "points"
    PURCHASES = "purchases"
    REVIEWS_GOOD = "reviews_good"
    """Four and five stars."""
    REVIEWS_NEUTRAL = "reviews_neutral"
    """Three stars, or none given."""
    REVIEWS_BAD = "reviews_bad"
    """One and two stars."""
    PUBLIC_PRAISE = "public_praise"
    """A good review that speaks of an audience of their own (`42.000 iscritti`)."""
    PUBLIC_BLAME = "public_blame"
    PROMOTERS = "promoters"
    """NPS 9-10, as NPS defines it; detractors are 0-6, the hostile 0-2 apart."""
    PASSIVES = "passives"
    DETRACTORS = "detractors"
    HOSTILE = "hostile"
    CSAT_GOOD = "csat_good"
    """4-5 of 5; bad is 1-2."""
    CSAT_MIDDLE = "csat_middle"
    CSAT_BAD = "csat_bad"
    WORDS_GOOD = "words_good"
    """What they wrote sounded positive."""
    WORDS_NEUTRAL = "words_neutral"
    WORDS_BAD = "words_bad"
    REFERRALS = "referrals"
    AUDIENCE = "audience"
    """Powers of ten from 1,000 followers on: 1, 2, 3, 4."""
    EVANGELIST = "evangelist"
    """The CRM's life-cycle stage says so."""
    COMPLAINTS = "complaints"
    """Reported as spam."""
    BOUNCES = "bounces"
    UNPAID = "unpaid"
    ORDERS = "orders"
    """What the CRM counted before we did; taken when it is more than the purchases known here."""
    TURNOVER = "turnover"
    BOUGHT_ON = "bought_on"
    """The day of the last purchase as the CRM has it."""


BAD = frozenset(
    {
        Fact.REVIEWS_BAD, Fact.PUBLIC_BLAME, Fact.DETRACTORS, Fact.HOSTILE, Fact.CSAT_BAD, Fact.WORDS_BAD,
        Fact.COMPLAINTS, Fact.BOUNCES, Fact.UNPAID,
    }
)  # fmt: skip
"""What takes points off (or adds to the risk): more of it never raises a score, more of the rest never lowers it."""

BY_THEMSELVES = frozenset(
    {
        Fact.OPENS, Fact.CLICKS, Fact.VISITS, Fact.REPLIES, Fact.ANSWERS, Fact.LOGINS, Fact.WEBINARS, Fact.POINTS,
        Fact.PURCHASES, Fact.REVIEWS_GOOD, Fact.REVIEWS_NEUTRAL, Fact.REVIEWS_BAD, Fact.PUBLIC_PRAISE,
        Fact.PUBLIC_BLAME,
    }
)  # fmt: skip
"""The contact's own signs of life."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one fact gives: points for each, up to a most."""

    points: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a marketer may change about the score; the defaults are the product's."""

    weights: Mapping[str, int] = field(
        default_factory=lambda: {
            "recency": 15, "frequency": 15, "monetary": 15, "engagement": 20, "satisfaction": 20,
            "advocacy": 70, "risk": 60,
        }
    )  # fmt: skip
    """Points of the value (0-100) that a full part gives; risk takes them away."""
    engagement: Mapping[str, Line] = field(
        default_factory=lambda: _lines(
            opens=(1, 10), clicks=(3, 30), visits=(2, 20), replies=(10, 40), answers=(10, 40), logins=(4, 32),
            webinars=(8, 32), points=(5, 20), reviews_good=(8, 24), reviews_neutral=(8, 24),
            public_praise=(10, 30), words_bad=(10, 40),
        )
    )  # fmt: skip
    """An angry reply takes back what a reply gives."""
    satisfaction: Mapping[str, Line] = field(
        default_factory=lambda: _lines(
            promoters=(25, 50), passives=(5, 15), detractors=(20, 40), hostile=(35, 50), csat_good=(15, 45),
            csat_middle=(0, 0), csat_bad=(25, 50), words_good=(15, 45), words_neutral=(0, 0), words_bad=(20, 50),
            reviews_good=(15, 45), reviews_neutral=(0, 0), reviews_bad=(25, 50), public_praise=(15, 45),
            public_blame=(30, 50),
        )
    )  # fmt: skip
    """Begins at 50; somebody of whom none of these is known has no satisfaction."""
    advocacy: Mapping[str, Line] = field(
        default_factory=lambda: _lines(
            promoters=(15, 30), reviews_good=(15, 45), public_praise=(50, 90), referrals=(20, 80),
            audience=(20, 60), evangelist=(30, 30),
        )
    )  # fmt: skip
    risk: Mapping[str, Line] = field(
        default_factory=lambda: _lines(
            complaints=(60, 100), words_bad=(50, 100), detractors=(25, 50), hostile=(50, 75), csat_bad=(30, 60),
            reviews_bad=(40, 80), public_blame=(60, 100), unpaid=(50, 50), bounces=(5, 25),
        )
    )  # fmt: skip
    stages: Mapping[str, int] = field(
        default_factory=lambda: {"at_risk": 40, "advocate": 50, "loyal_purchases": 4, "lost_days": 730}
    )
    """The risk and the advocacy from which these stages begin, the purchases of the loyal, the days of the lost."""
    ageing: Mapping[str, int] = field(default_factory=lambda: {"fresh_days": 180, "old_days": 730})
    """A fact counts whole while fresh, then half, and once old a quarter."""
    currency: str = ""
    """What money is counted in; empty: the currency of most purchases."""
    attributes: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "referrals": ("referrals", "referral", "number of referrals", "segnalazioni", "clienti presentati",
                          "presentati", "passaparola"),
            "audience": ("audience", "followers", "follower", "number of followers", "numero follower",
                         "subscribers", "iscritti canale", "pubblico", "seguaci"),
            "unpaid": ("unpaid", "overdue", "unpaid invoices", "insoluti", "insoluto", "scaduto", "moroso"),
            "evangelist": ("lifecycle stage", "life cycle stage", "fase del ciclo di vita", "ciclo di vita"),
            "orders": ("orders", "number of orders", "total orders", "n. ordini", "numero ordini", "ordini"),
            "bought_on": ("last purchase on", "last purchase date", "last order date", "data ultimo acquisto",
                          "ultimo acquisto"),
            "turnover": ("turnover", "revenue", "fatturato", "total revenue", "total spent", "lifetime value",
                         "fatturato totale", "totale fatturato", "totale speso"),
        }
    )  # fmt: skip
    """Custom attributes that are read, by name: in any case, `_` as a space."""
    words: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "audience": ("iscritti", "follower", "subscribers", "seguaci"),
            "unpaid": ("true", "yes", "si", "sì", "x", "unpaid", "overdue", "insoluto", "insoluti", "scaduto",
                       "moroso"),
            "evangelist": ("evangelist", "advocate", "ambassador", "evangelista", "ambasciatore", "testimonial"),
        }
    )  # fmt: skip
    """`audience`: words of a review that speaks of one; the others: texts of such an attribute that mean yes."""

    def lines(self, part: str) -> Mapping[str, Line]:
        """Fact -> what it gives, of one of the parts that have points."""
        held: Mapping[str, Line] = getattr(self, part)
        return held


def _lines(**given: tuple[int, int]) -> dict[str, Line]:
    return {fact: Line(*line) for fact, line in given.items()}
