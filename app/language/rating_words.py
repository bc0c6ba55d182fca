"""The words around numbers in a reply: what makes one a rating, a count, a date or a price."""

import re

NUMBERS = {
    "zero": 0, "uno": 1, "due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8,
    "nove": 9, "dieci": 10, "undici": 11, "dodici": 12, "venti": 20, "cento": 100,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "null": 0, "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7,
    "acht": 8, "neun": 9, "zehn": 10, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8,
    "neuf": 9, "dix": 10, "eleven": 11, "twelve": 12, "twenty": 20, "hundred": 100,
}  # fmt: skip

# A verbal rating as a share of the scale, by the school marks; taken only when it stands alone.
VERBAL = {
    "eccellente": 1.0, "perfetto": 1.0, "eccezionale": 1.0, "fantastico": 1.0, "excellent": 1.0,
    "perfect": 1.0, "outstanding": 1.0, "amazing": 1.0, "fantastic": 1.0, "ottimo": 0.9, "ottima": 0.9,
    "ottimi": 0.9, "great": 0.9, "very good": 0.9, "molto buono": 0.9, "buono": 0.8, "buona": 0.8,
    "good": 0.8, "discreto": 0.7, "discreta": 0.7, "fair": 0.6, "sufficiente": 0.6, "average": 0.6,
    "mediocre": 0.5, "insufficiente": 0.4, "scarso": 0.3, "scarsa": 0.3, "poor": 0.3, "bad": 0.3,
    "very poor": 0.2, "very bad": 0.2, "pessimo": 0.1, "pessima": 0.1, "pessimi": 0.1, "terribile": 0.1,
    "terrible": 0.1, "awful": 0.1, "horrible": 0.1, "orribile": 0.1, "disastroso": 0.1,
    "il massimo": 1.0, "massimo dei voti": 1.0, "voto massimo": 1.0, "full marks": 1.0,
    "top marks": 1.0, "voti": 1.0, "a pieni voti": 1.0, "pieni voti": 1.0, "massimo": 1.0, "maximum": 1.0,
    "il minimo": 0.0, "minimo": 0.0, "sufficienza": 0.6, "appena sufficiente": 0.6, "nella media": 0.6,
    "bang average": 0.5, "dead average": 0.5, "middle of road": 0.5, "so so": 0.5, "cosi cosi": 0.5,
    "sehr gut": 0.9, "gut": 0.8, "schlecht": 0.3, "tres bien": 0.9, "bien": 0.8,
    "parfait": 1.0, "perfekt": 1.0, "ausgezeichnet": 1.0, "mauvais": 0.3, "nul": 0.1, "furchtbar": 0.1,
}  # fmt: skip

REFUSAL = re.compile(
    r"\bnon (?:do|dare|posso dare|voglio dare|intendo dare|vi do|metto|saprei|saprei dare|so dare|esprimo) "
    r"(?:un |alcun |nessun )?(?:vot[oi]|numer[oi]|valutazion[ei]|punteggi[o]?)|"
    r"\bpreferisco non (?:dare|votare|valutare|rispondere)|\bsenza voto|\bnon valutabile|\bnon classificat|"
    r"\bn\.?c\.?$|\b(?:no|niente|nessun) (?:rating|score|vot[oi]|comment|numer[oi])\b|"
    r"\b(?:non (?:mi esprimo|giudico|voto)|n/a)\b|"
    r"\b(?:not put|not putting|put no) (?:a |any )?(?:number|score|mark)|\b(?:wont|cant|cannot|dont|"
    r"not going to|rather not|"
    r"prefer not to) "
    r"(?:rate|score|give (?:you )?(?:a |any )?(?:score|rating|number|mark)|do (?:ratings|scores|numbers))"
)

CORRECTION = re.compile(
    r"\bno,? (?:scusa(?:te|mi)?|anzi|volevo dire|aspetta|sorry|wait|i mean(?:t)?)|\banzi\b|"
    r"\bvolevo (?:dire|scrivere)|"
    r"\bcorreggo\b|\bscusate?,|\bho sbagliato|\bmi (?:sono )?sbagli|\bi mean(?:t)?\b|\bscratch that|"
    r"\bmake (?:it|that)\b|\bnah\b|"
    r"(?<=\w)[ .,]+no,? (?:dai,? |direi |meglio |make it )?(?=(?:un |an? )?(?:\d|(?:quattro|cinque|sei|"
    r"sette|otto|nove|"
    r"dieci|four|five|six|seven|eight|nine|ten)\b))|"
    r"\bsorry,|\bsorry i meant|\bcorrection\b|\bactually\b|\bfacciamo\b|\btypo\b|\brather\b|"
    r"(?<=\d)[ .,]+(?:no|scusa\w*|sorry|pardon)[ ,.]+(?=\d)"
)

# Said of another time or of what might have been: the rating of today, when there is one, counts instead.
FORMER = re.compile(
    r"\b(?:era|erano|ero|prima|anno scorso|volta scorsa|in passato|una volta|avrei (?:dato|messo|detto)|"
    r"sarebbe stato|avevo dato|avevo messo|was|were|used to|last (?:year|time)|would have|before|"
    r"previously|"
    r"gave you|wouldve|(?:have|hv|of) (?:gone|put|given|said)|couldve|should(?:ve)? be(?:en)?|"
    r"could(?:ve)? be(?:en)?|was going to|wanted to|"
    r"sarebbe|"
    r"sarebbero|meriterebbe\w*|potrebbe essere|volevo (?:dare|mettere)|volevamo (?:dare|mettere)|would of|"
    r"ho scritto|avevo scritto|wrote|avremmo|"
    r"(?:ann[oi]|mes[ei]|years?|months?) (?:fa|ago)|premuto|schiacciato|digitato|pressed|hit|typed|"
    r"partito|scappato|"
    r"(?:wife|husband|boss|colleague|son|daughter|he|she|they|moglie|marito|capo|collega|socio|figli[oa]|"
    r"lui|lei)"
    r"(?: would)? (?:says?|said|gives?|dice|direbbe|dicono|darebbe|da|mette|metterebbe))\b"
    r"(?:(?!\b(?:ma|but|pero|ora|now|oggi|today|adesso|ultimamente|attualmente|quest'anno|lately|nowadays|"
    r"these days|"
    r"this (?:year|time)|quindi|so|invece)\b)[^.;,]){0,25}$"
)

STRONG_CUE = re.compile(
    r"(?:\b(?:non (?:\w+ ){0,2}piu di|non oltre|al massimo|(?:not|no) (?:more|less) than|non meno di|"
    r"at (?:most|best)|non (?:\w+ ){0,3}oltre(?: il| l'| al)?|(?:cant|cannot|wont) (?:\w+ ){0,2}(?:past|"
    r"beyond|above|over)|"
    r"in the region of|(?:dead|bang|spot) on|hovering around|"
    r"somewhere (?:around|near|about)|(?:at|in)torno al|sul) |\b(?:at|in)torno all'|"
    r"\b(?:vot[oi]|votazione|valutazione|punteggio|giudizio|do|dare|darei|diamo|direi|dico|diciamo|"
    r"metto|"
    r"metterei|assegno|merit\w+|bel|buon|rating|score|rate|give|giving|gave|say|solid|deserve\w*|"
    r"complessivo|note|punkte|gebe|geb|mets|donne|metti\w*|segn[oia]|scriv[oai]|dammi|put me down for|"
    r"call it|"
    r"overall|complesso|totale|voterei|rispondo|risposta|answer|id go|ill go|"
    r"go(?:ing)? (?:with|for)|rat(?:ed|ing)|award\w*|assessment|opinion|mark is|settl\w+ (?:on|for)|"
    r"sticking|stick|mark(?: me| us)?(?: down)?|"
    r"put (?:me|us)(?: down)?|conferm\w+|arrotond\w+|round\w* (?:up|down)|mett(?:a|ete|iamo)|facciamo|"
    r"vada per|"
    r"segnat\w+|pari a|verdict|verdetto|mi fermo|ci fermiamo|scend\w+|salgo|saliamo|passo|down to|"
    r"drop\w* to|"
    r"arrivo|final|finale|get an?|gets an?|giudic\w+|valut\w+|vot(?:iamo|ato))\b)"
    r"[ :=]*(?:(?:un[oa]?|a|an|il|e|is|be|of|you|it|vi|gli|le|ti|del|di|as|at|to|for|with|on|i|us|our|my|"
    r"mio|pure|proprio|this|them|your \w+|about|"
    r"circa|forse|"
    r"solo|only|just|almeno|at least|massimo|sicuramente|bel|good|solid|perche no|al servizio|"
    r"the service)[ :]+)*$"
)
WEAK_CUE = re.compile(
    r"(?:\b(?:un|a|an|bel|e un|its a|solid|solo|forse|circa|about|maybe|almeno|at least|only|just|quindi|"
    r"cosi|ok|okay|boh|mah|beh|well|hmm|tra il|tipo|sempre|still|ancora|now|ora|oggi|today|poi|si|yes|ma|"
    r"but|"
    r"risposta|grazie|ciao|salve|buongiorno|buonasera|hi|hello|e|and|o|or|il|the|my|mio)[ :,]*)$"
)

# What may follow a rating without making it a count.
FOLLOWS = re.compile(
    r" *(?:$|[^\w ]|(?:e|ed|ma|pero|perche|per|grazie|punt[oi]|su|out|of|stars?|stell[ae]|pien[oi]|"
    r"meritat\w+|tondo|secco|"
    r"abbondante|scarso|direi|dico|come|vot[oi]|anche|but|because|and|for|thanks?|thank|from|overall|all|"
    r"siete|sono|e lode|"
    r"lode|no|anzi|o|or|a|to|al|alla|ai|alle|agli|in|con|with|i|you|se|if|cosi|nel|complessiv\w+|politico|"
    r"ciao|saluti|"
    r"tutto|sempre|va|era|adesso|ora|oggi|today|now|quest\w+|points?|this|the|il|la|lo|le|gli|fino|solo|"
    r"only|just|please|"
    r"non|not|avete|is|was|circa|forse|maybe|spaccato|netto|tendente|piu|meno|plus|minus|in generale|"
    r"generale|at|sorry|"
    r"scusa\w*|volevo|actually|though|as|since|dato|visto|considerando|considering|complimenti|bravi\w*|"
    r"brav[oaei]|"
    r"ottim[oiae]|molto|very|really|davvero|dai|comunque|anyway|although|even|ya|youse|va|eh|boh|tbh|imo|"
    r"mate|lol|ok|sia|sarebbe|would|feels|seems|sounds|should|will|"
    r"gets?|e basta|fisso|tondi|secchi|being|be|every|always|each|hands|easy|easily|considerato|marks|"
    r"across|vist[aio]|pts|mi|te|"
    r"mah|bah|signor\w*|meh|max|min|di voto|certo|sicuramente|e mezzo|last|next|it|its|my|mi|vi|ci|so|"
    r"when|quando)\b)"
)
INEXACT = re.compile(
    r"\b(?:almeno|at least|circa|about|forse|maybe|around|quasi|almost|probabilmente|"
    r"probably|boh)\b[^.;]*$"
)
NEGATED = re.compile(
    r"\b(?:ne|non (?:e|direi|(?:(?:ve|te|glie|ce) ?l[oa] |vi |ti |gli |le |l[oa] )?(?:d[oa]|darei|daremmo|diamo|metto|"
    r"metterei|merit\w+|assegn\w+))|"
    r"kein\w*|pas|wouldnt give|would not give|wont give|dont give|non(?= (?:un |il )?$)|non do mai|non (?:ci |"
    r"si )?arriva\w* (?:al|all'|a)|not even|nemmeno|neanche|neppure|manco|never gives?|never give out|"
    r"cant give|can't give|couldnt give|cannot give|cant do|non posso dare|non c'e (?:lo|il)|"
    r"non esiste (?:lo|il)|"
    r"instead of|invece d\w+|tol(?:go|to|ta|te|gliendo|lgo)|took off|taken off|take off|taking off|"
    r"knock\w*(?: off)?|"
    r"minus|docked|lost|manca|mancava|deduct\w*|neither|nor|not|"
    r"isnt|"
    r"wouldnt (?:say|give)|dont deserve)(?: ?(?:un|a|an|il|lo|it|you|vi|quite a|proprio un|a full))*[ :]*$"
)

# What may follow a small number in words, or "sei", only when it is a rating: "tre perché ...", "zero assoluto".
FOLLOWS_SURELY = re.compile(
    r" *(?:$|[.,!;:)\"]|- |-+$|[^\w\s'/%-]|(?:spaccat[oa]|carbonella|total[ei]|proprio|tond[oa]|secc[oa]|"
    r"nett[oa]|pien[oa]|scars[oa]|"
    r"risicat[oa]|striminzit[oa]|stiracchiat[oa]|"
    r"abbondante|politic[oa]|meritat[oa]|assolut[oa]|tagliato|virgola|meno|across|su tutt[oa]|in tutto|"
    r"punti per|points|punti|marks|e mi|e vi|e non|and i|and no|and leave|perche|because|cos|ma|but|pero|"
    r"e solo|e basta|e per|solo|only|and that|per (?:il|la|lo|l'|i|gli|le|via|colpa)|for (?:the|your|"
    r"effort)|grazie|thanks|"
    r"sorry|scusa\w*|mi spiace|dai|direi|forse|no|anzi|su|out of|weil|aber|parce|mais|car|circa|as|since|"
    r"at (?:best|most)|i guess|max)\b)"
)
# An article makes a number an answer where nothing countable follows: "un 6 risicato", "a big fat zero".
ARTICLE = re.compile(
    r"\b(?:un|un bel|un buon|uno|una|eine?n?|une?)(?: \w+o)? $|\b(?:an?|its an?)(?: (?!of|for|in|at|"
    r"to)[a-z]+){0,2} $|"
    r"\b(?:big fat|nice|big|fat|solid|clear|round|strong|light|easy|perfect|high|low|honest|full|good) $"
)
# Where a new thought begins a bare number answers: "tutto bene, 9", "mah.. 8", "ok 8".
OPENS = re.compile(r"(?:^|[.!?;:,)\"'*>-]|(?<!\w)[(\[]|[^\w\s~'/([]) *$")
# A mark in words that is told inside a sentence, too: "top marks from us", "la sufficienza ve la do".
MARKS = (
    (re.compile(r"\b(?:top|full|maximum|highest|perfect) (?:marks|score)\b|\bvot[oi] (?:massimo|pien[oi])\b"
                r"|\b(?:massimo dei|pieni|massimi) voti\b|\bmax (?:points|score)\b"), 1.0),
    (re.compile(r"\b(?:la|una|raggiunge la|piena) sufficienza\b|\bsufficienza (?:piena|risicata|stiracchiata)\b"
                r"|\ba pass mark\b"), 0.6),
    (re.compile(r"\bsenza infamia e senza lode\b"), 0.6),
    (re.compile(r"\b(?:bang|dead|distinctly|strictly) average\b|\bmiddle of the road\b"), 0.5),
)  # fmt: skip
OVERALL = re.compile(
    r"\b(?:compless\w+|overall|in totale|totale|in generale|media|finale|all in all|in total|average|"
    r"tutto sommato|final|in sum|"
    r"on balance|alla fine|in the end|conclu\w+|summing up|riassum\w+)\b[^,;.]*$"
)
# "sarebbe 10 ma ho aspettato, quindi 8"
CONCLUDES = re.compile(
    r"\b(?:quindi|dunque|percio|per cui|allora|so|therefore|hence|then|mi fermo al?|scendo al?|salgo al?|"
    r"passo al?|down to|"
    r"settl\w+ (?:on|for)|facciamo|metto|ill put|i put|rimane|resta|call it|make it|lets say)(?: (?:un|"
    r"an?|il|its|e|diciamo|lets say))? ?$"
)
FORMER_AFTER = re.compile(
    r" (?:(?:per (?:sbaglio|errore)|by (?:mistake|accident)|last (?:year|time|month)|l'(?:anno|"
    r"altra volta)|previously|(?:a|one) year ago)\b)"
)
