"""A rating is found on the question's scale, and no other number is taken for one."""

import pytest

from app.language.rating import find_rating
from app.language.reading import Rating, read

# fmt: off
CASES: list[tuple[str, int, float | None]] = [
    ("8", 10, 8), ("8/10", 10, 8), ("8 su 10", 10, 8), ("8 out of 10", 10, 8), ("dieci", 10, 10),
    ("otto e mezzo", 10, 8.5), ("nove e mezzo", 10, 9.5), ("sette più", 10, 7), ("direi un 8", 10, 8),
    ("un bel 9", 10, 9), ("⭐⭐⭐⭐", 10, 8), ("⭐⭐⭐⭐", 5, 4), ("8️⃣", 10, 8), ("🔟", 10, 10),
    ("ottimo", 10, 9),
    ("pessimo", 5, 1), ("excellent", 5, 5), ("terrible", 10, 1), ("tra 7 e 8", 10, 7.5), ("7-8", 10, 7.5),
    ("7/8", 10, 7.5), ("8 no scusa, 7", 10, 7), ("no scusa, 7", 10, 7), ("né 7 né 8", 10, None),
    ("non do voti", 10, None), ("chiamatemi al 333 1234567", 10, None), ("3331234567", 10, None),
    ("il 5 maggio", 10, None), ("ho pagato 8 euro", 10, None), ("€ 9", 10, None),
    ("tra 10 giorni", 10, None), ("due macchine", 10, None), ("3 settimane", 10, None),
    ("alle 18", 10, None), ("alle 9", 10, None), ("11", 10, None), ("100%", 10, None), ("4/5", 10, 8),
    ("0", 10, 0), ("0", 5, None), ("6", 5, None), ("zero", 10, 0), ("zero assistenza", 10, None),
    ("10 e lode", 10, 10), ("8½", 10, 8.5), ("8,5", 10, 8.5), ("8.5", 10, 8.5),
    ("eight and a half", 10, 8.5), ("I'd say an eight", 10, 8), ("seven", 10, 7), ("10/10", 10, 10),
    ("10/10!!", 5, 5), ("non è un 10 ma un 7", 10, 7), ("l'anno scorso 9, oggi 5", 10, 5),
    ("would have been a 10 but now 6", 10, 6), ("8 perché ho aspettato 3 settimane", 10, 8),
    ("Voto: 9. Tel 333 1234567", 10, 9), ("sei", 10, 6), ("sei bravo", 10, None),
    ("sei gentile ma no", 10, None), ("uno", 5, 1), ("uno schifo", 10, None), ("one of the best", 10, None),
    ("4 stelle", 10, 8), ("4 stars", 5, 4), ("5 stelle su 5", 10, 10), ("80/100", 10, 8),
    ("12/05/2024", 10, None), ("24/7", 10, None), ("9 grazie", 10, 9), ("9 bravi", 10, 9),
    ("10!!!", 10, 10), ("8+", 10, 8), ("7-", 10, 7), ("sette meno meno", 10, 7), ("Il mio voto è 8", 10, 8),
    ("vi do 9", 10, 9), ("darei un sette", 10, 7), ("my rating is 7", 10, 7),
    ("10 because you are great", 10, 10), ("ho 2 figli", 10, None), ("siamo in 5", 10, None),
    ("8 per il servizio, 5 per la consegna", 10, 8), ("nel complesso 7", 10, 7), ("-5", 10, None),
    ("meno di 5", 10, None), ("between 7 and 8", 10, 7.5), ("7 or 8", 10, 7.5), ("7 o 8", 10, 7.5),
    ("between six and seven", 10, 6.5), ("8 grazie mille", 10, 8),
    ("voto 8 grazie e buona giornata", 10, 8), ("due", 5, 2), ("Direi dieci", 10, 10),
    ("un otto pieno", 10, 8), ("otto", 10, 8), ("9 - ottimo servizio", 10, 9),
    ("10 anni di collaborazione, voto 9", 10, 9), ("aspetto da 10 giorni", 10, None),
    ("2 ordini sbagliati", 10, None), ("ordine 8", 10, None), ("I called 4 times", 10, None),
    ("4 times I called! 2", 10, 2), ("the 7th", 10, None), ("10/10 would recommend", 10, 10),
    ("l'8/10 ho ordinato", 10, None), ("8/10 ottobre", 10, 8), ("2", 10, 2), ("ok 8", 10, 8),
    ("penso 7", 10, 7), ("7 and a half", 10, 7.5), ("3 out of 5", 5, 3), ("5/5", 5, 5), ("★★★☆☆", 5, 3),
    ("nove!", 10, 9), ("Nove, grazie.", 10, 9), ("I'd give you a 3", 10, 3),
    ("not a 10, more like an 8", 10, 8), ("8 (otto)", 10, 8), ("un dieci", 10, 10), ("ten", 10, 10),
    ("10.", 10, 10), ("10 out of ten", 10, 10), ("a ten out of ten", 10, 10), ("9.5", 10, 9.5),
    ("Da 1 a 10 direi 8", 10, 8), ("from 1 to 10 I'd say 9", 10, 9), ("on a scale of 1 to 10, 7", 10, 7),
    ("in una scala da 0 a 10: 6", 10, 6), ("6 perche' siete lenti", 10, 6), ("otto su dieci", 10, 8),
    ("Voto: dieci", 10, 10), ("7, anzi 8", 10, 8), ("mezzo punto", 10, None),
]
# fmt: on


@pytest.mark.parametrize(("text", "scale", "value"), CASES)
def test_the_rating_and_nothing_but_the_rating(text: str, scale: int, value: float | None) -> None:
    assert find_rating(text, scale) == (None if value is None else Rating(value, scale))


def test_without_a_question_only_a_rating_that_states_its_scale_counts() -> None:
    assert find_rating("8/10", None) == Rating(8, 10)
    assert find_rating("4 stelle", None) == Rating(4, 5)
    assert find_rating("8", None) is None


@pytest.mark.parametrize(
    "text", ["ottimo", "almeno 8", "8 per il servizio, 5 per la consegna", "10 siete pessimi, vergogna"]
)
def test_a_doubtful_rating_is_put_before_a_person(text: str) -> None:
    assert read(text, lang="it", scale=10).needs_review


@pytest.mark.parametrize(
    ("text", "scale", "sentiment"),
    [("6", 10, "negative"), ("7", 10, "neutral"), ("8", 10, "neutral"), ("9", 10, "positive"),
     ("2", 5, "negative"),
     ("3", 5, "neutral"), ("4", 5, "positive")],
)  # fmt: skip
def test_the_rating_decides_the_sentiment(text: str, scale: int, sentiment: str) -> None:
    reading = read(text, lang="it", scale=scale)
    assert (reading.sentiment, reading.decided_by) == (sentiment, "rating")
