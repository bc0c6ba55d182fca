"""A rating is found on the question's scale, and no other number is taken for one."""

import time

import pytest

from app.language.normal import normalise
from app.language.rating import find, find_rating
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
    ("non ve lo darei un 10", 10, None), ("non vi metto un 10, ma un 8", 10, 8), ("non meritate 10", 10, None),
    ("I wouldn't give you a 10", 10, None), ("10 non ve lo leva nessuno", 10, 10), ("un 8 ve lo do", 10, 8),
    ("please remove item 4 from the order", 10, None), ("ich gebe euch keine 10", 10, None),
    # typed in haste, dictated, tapped; German and French; what looks like a rating and is none
    ("otot", 10, 8), ("dieici", 10, 10), ("nov e", 10, 9), ("settte", 10, 7), ("quatro", 10, 4),
    ("otto dai", 10, 8), ("zero spaccato", 10, 0), ("zero assoluto", 10, 0),
    ("sei meno meno... no dai sei", 10, 6), ("n. 5", 10, 5), ("1° volta che mi scrivete", 10, None),
    ("un 6 risicato, parola mia", 10, 6), ("nove stellina grazie", 10, 9), ("*****", 5, 5),
    ("***** for Becky", 5, 5), ("A three. The spindle came late", 10, 3), ("a big fat zero", 10, 0),
    ("💯", 10, 10), ("💯💯", 5, 5), ("👍", 10, None), ("il massimo dei voti", 10, 10), ("full marks", 5, 5),
    ("7--", 10, 7), ("sette meno", 10, 7), ("voto otto punto", 10, 8), ("otto punto cinque", 10, 8.5),
    ("eight point five", 10, 8.5), ("8, anzi no 7", 10, 7), ("non 8 ma 9", 10, 9), ("not 8, 9", 10, 9),
    ("no comment", 10, None), ("niente voto", 10, None), ("I'd rather not put a number on it", 10, None),
    ("non do voti ma se proprio devo direi 7", 10, 7), ("9 volte su 10 arriva in ritardo", 10, None),
    ("8 su 10 ordini in ritardo", 10, None), ("su 10 direi 8", 10, 8), ("su dieci do sette", 10, 7),
    ("out of ten I'd give a 7", 10, 7), ("abbiamo ordinato 3 e ne sono arrivati 2", 10, None),
    ("ordered 4 got 3", 10, None), ("una stella", 5, 1), ("one star", 10, 2),
    ("una stella su cinque", 5, 1), ("servizio 8, prezzo 6", 10, 8), ("consegna puntuale, 9", 10, 9),
    ("tutto bene 9", 10, 9), ("8 1/2", 10, 8.5), ("otto e 1/2", 10, 8.5), ("acht", 10, 8),
    ("ich gebe 9", 10, 9), ("neun", 10, 9), ("8 von 10", 10, 8), ("huit", 10, 8), ("8 sur 10", 10, 8),
    ("je mets 7", 10, 7), ("vier Sterne", 5, 4), ("4 étoiles", 5, 4), ("passate alle 9 e mezza", 10, None),
    ("dalle 8 alle 9", 10, None), ("via Roma 8", 10, None), ("da 3 anni cliente", 10, None),
    ("sono cliente da 10 anni", 10, None), ("il mio interno è il 7", 10, None),
    ("chiamatemi dopo le 5", 10, None), ("9 su 10!", 10, 9), ("5 su 5 complimenti", 5, 5),
    ("4 su 5", 10, 8), ("⭐⭐⭐", 5, 3), ("10 e lode!!", 10, 10), ("un sei politico", 10, 6),
    ("direi sei e mezzo", 10, 6.5), ("tra il 7 e l'8", 10, 7.5), ("tra un 6 e un 7", 10, 6.5),
    ("6 o 7", 10, 6.5), ("between 6 and 7", 10, 6.5), ("a six or seven", 10, 6.5), ("6,5", 10, 6.5),
    ("voto: 8 (otto)", 10, 8), ("Rating: 9", 10, 9), ("my score would be 8", 10, 8), ("score of 6", 10, 6),
    ("an 8 from me", 10, 8), ("8 from me", 10, 8), ("solid 7", 10, 7), ("7ish", 10, 7), ("7 circa", 10, 7),
    ("circa 7", 10, 7), ("maybe a 6", 10, 6), ("boh 6", 10, 6), ("mah, 5", 10, 5), ("dieci!", 10, 10),
    ("10+", 10, 10), ("10 ++", 10, 10), ("110 e lode", 10, 10), ("anche 11 se potessi", 10, None),
    ("dieci su dieci", 10, 10), ("ten out of ten", 10, 10), ("5 stelle", 5, 5), ("cinque stelle", 10, 10),
    ("5 stars!", 5, 5), ("4.5 stars", 5, 4.5), ("3/5", 5, 3), ("6/10", 5, 3), ("tre", 10, 3),
    ("tre.", 10, 3), ("tre perché siete lenti", 10, 3), ("due e solo per la cortesia", 10, 2),
    ("due ordini e due problemi", 10, None), ("three because the courier was rude", 10, 3), ("two", 5, 2),
    ("One. Paid for express", 10, 1), ("Uno. Ho pagato", 10, 1), ("sei perché siete cari", 10, 6),
    ("sei stato gentile", 10, None), ("sei un grande", 10, None), ("6 you lot are slow", 10, 6),
    ("My number is 07700 900123", 10, None), ("order 88213", 10, None), ("ordine n. 7", 10, None),
    ("at 10", 10, None), ("in 10 minuti", 10, None), ("10 min di attesa", 10, None),
    ("2 settimane", 10, None), ("costa 9 euro", 10, None), ("9€", 10, None), ("10k euro", 10, None),
    ("3 figli", 10, None), ("ho 8 dipendenti", 10, None), ("8 dipendenti, nessun problema", 10, None),
    ("siamo 4 soci", 10, None), ("il 10 non lo do mai, 9", 10, 9), ("non do mai 10, quindi 9", 10, 9),
    ("non merita più di 4", 10, 4), ("meno di 6 non posso dare", 10, None), ("sotto il 5", 10, None),
    ("ottimo servizio", 10, None), ("top", 10, None), ("8 ma potrebbe essere 9", 10, 8),
    ("prima era 9, ora 6", 10, 6), ("was a 9, now a 6", 10, 6), ("8 for service 6 for price", 10, 8),
    ("5 per la consegna", 10, 5), ("voto 4, aspetto da 10 giorni", 10, 4),
    ("aspetto da 10 giorni: 2", 10, 2), ("e un bel nove", 10, 9), ("nove pieno", 10, 9), ("nove+", 10, 9),
    ("nove meno", 10, 9), ("9 -", 10, 9), ("9-", 10, 9), ("8 ½", 10, 8.5), ("otto emmezzo", 10, 8.5),
    ("8 e mezzo", 10, 8.5), ("otto virgola cinque", 10, 8.5), ("dó 8", 10, 8), ("je 8", 10, 8),
    ("8.", 10, 8), ("(8)", 10, 8), ('"8"', 10, 8), ("#8", 10, 8), ("8 👍", 10, 8), ("👍 8", 10, 8),
    ("8 grazie", 10, 8), ("8 x il prezzo", 10, 8), ("8 direi", 10, 8), ("facciamo 8", 10, 8),
    ("diciamo 8", 10, 8), ("metti 8", 10, 8), ("scriva 8", 10, 8), ("segni un 8", 10, 8),
    ("put me down for an 8", 10, 8), ("ill say 8", 10, 8), ("8 i guess", 10, 8), ("gotta be a 9", 10, 9),
    ("easily a 10", 10, 10), ("straight 10", 10, 10), ("10s across the board", 10, 10),
    ("no scusa 7", 10, 7), ("ho sbagliato, volevo mettere 3", 10, 3), ("oops 7 not 4", 10, 7),
    ("scusate, 9", 10, 9), ("8 scusa 9", 10, 9), ("8 no 9", 10, 9), ("8... no, 9", 10, 9),
    ("I meant 5", 10, 5),
    # with a cue, verbally, said by others or of another time, taken back, summed up
    ("metta pure un otto signorina", 10, 8), ("direi attorno al sette", 10, 7), ("in the region of 8", 10, 8),
    ("we'd rate them at 8", 10, 8), ("dead on 9", 10, 9), ("a flat five", 10, 5), ("you have my 8", 10, 8),
    ("la sufficienza ve la do", 10, 6), ("top marks from us", 10, 10), ("quattro decimi", 10, 4),
    ("80 su 100", 10, 8), ("18 su 20", 10, 9), ("8 of 10", 10, 8), ("vi darei 11 se potessi", 10, 10),
    ("zero carbonella", 10, 0), ("nil points", 10, 0), ("less than zero", 10, 0), ("niner", 10, 9), ("ate", 10, 8),
    ("prima 10 adesso 8", 10, 8), ("Said 7 last year. 9 now", 10, 9), ("6... anzi 7 dai", 10, 7),
    ("volevo dare 9 ma scendo a 6", 10, 6), ("would've been a 10 but he was late so 8", 10, 8),
    ("My wife would say 9 but I say 7", 10, 7), ("Scusa ho scritto 1, togli quello, è 10", 10, 10),
    ("I put 3 by mistake, correct one is 8", 10, 8), ("Prezzi 5, qualità 9. Voto finale 7", 10, 7),
    ("delivery 10, fitting 6: in total an 8", 10, 8), ("1, and only because I cant give 0", 10, 1),
    ("not even a five, 4", 10, 4), ("4, tolgo una stella per il parcheggio", 5, 4), ("dall'8 al 9", 10, 8.5),
    ("8 to 9", 10, 8.5), ("between a 6 and an 8", 10, 7), ("🌟 9 🌟", 10, 9), ("sei e mi tengo stretto", 10, 6),
    ("nine guys, thanks for everything", 10, 9), ("6 consegna ok ma mancava il telecomando", 10, 6),
    ("Vi consiglierei? Tre.", 10, 3), ("8, do you still do the 5 litre tins?", 10, 8),
    # counts, hours, sizes, places, ages, questions
    ("0 risposte alle mie mail", 10, None), ("8 viti su 10 spanate", 10, None), ("ne prendo 6", 10, None),
    ("8 of the 10 screws stripped", 10, None), ("there are 8 of us here", 10, None), ("3 are missing", 10, None),
    ("taglia 8 arrivata al posto della 10", 10, None), ("sent me an 8 instead of a 10", 10, None),
    ("Ci vediamo in fiera, padiglione 9", 10, None), ("third floor, door 8", 10, None), ("my lad is 9", 10, None),
    ("8 Garden Lane, flat 4", 10, None), ("come round about 10 in the morning", 10, None),
    ("call the office between 9 and 10", 10, None), ("waiting for the 8 o clock lorry", 10, None),
    ("I am away from 7 to 10 August", 10, None), ("siamo chiusi, orari 9-13", 10, None), ("cloud nine", 10, None),
    ("quanti ne avete, 8 o 10?", 10, None), ("is 10 good or bad?", 10, None), ("facciamo due chiacchiere", 10, None),
    ("il codice è 8", 10, None), ("you're a star", 10, None), ("*** away until 02/01 ***", 10, None),
    ("siete i numeri uno!", 10, None), ("posso darvi 8", 10, 8), ("che dire? 9", 10, 9), ("quanto a me 8", 10, 8),
    ("what does 0 to 10 mean", 10, None), ("Article 21(2) of the GDPR", 10, None),
]
# fmt: on


@pytest.mark.parametrize(("text", "scale", "value"), CASES)
def test_the_rating_and_nothing_but_the_rating(text: str, scale: int, value: float | None) -> None:
    assert find_rating(text, scale) == (None if value is None else Rating(value, scale))


def test_without_a_question_only_a_rating_that_states_its_scale_counts() -> None:
    assert find_rating("8/10", None) == Rating(8, 10)
    assert find_rating("4 stelle", None) == Rating(4, 5)
    assert find_rating("8", None) is None
    assert find_rating("35 su 50", None) is None


@pytest.mark.parametrize(
    "text", ["ottimo", "almeno 8", "8 per il servizio, 5 per la consegna", "10 siete pessimi, vergogna"]
)
def test_a_doubtful_rating_is_put_before_a_person(text: str) -> None:
    assert read(text, lang="it", scale=10).needs_review


@pytest.mark.parametrize(
    "text", ["8", "8 grazie", "9 ottimo servizio", "tutto bene, 9", "10 killer deals", "un otto"]
)
def test_a_bare_number_is_firm(text: str) -> None:
    found = find(normalise(text).text, 10)
    assert found is not None
    assert found.firm


@pytest.mark.parametrize(
    "piece", ["8, ", "tra 7 e 8 ", "un 8 per il servizio, ", "8 a.", "sette otto nove ", "8 ? "]
)
def test_a_letter_full_of_numbers_is_read_at_once(piece: str) -> None:
    text = (piece * 8000)[:8000]
    find(piece, 10)  # what is made once is not counted
    begun = time.process_time()
    find(text, 10)
    # About 0.02, and now and then a collection of garbage; a backtracking grammar takes many.
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("text", "scale", "sentiment"),
    [("6", 10, "negative"), ("7", 10, "neutral"), ("8", 10, "neutral"), ("9", 10, "positive"),
     ("2", 5, "negative"),
     ("3", 5, "neutral"), ("4", 5, "positive")],
)  # fmt: skip
def test_the_rating_decides_the_sentiment(text: str, scale: int, sentiment: str) -> None:
    reading = read(text, lang="it", scale=scale)
    assert (reading.sentiment, reading.decided_by) == (sentiment, "rating")
