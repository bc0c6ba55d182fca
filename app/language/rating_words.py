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
    "il minimo": 0.0, "minimo": 0.0,
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
    r"\bmake (?:it|that)\b|"
    r"\bsorry,|\bsorry i meant|\bcorrection\b|\bactually\b|\bfacciamo\b|\btypo\b|\brather\b|"
    r"(?<=\d)[ .,]+(?:no|scusa\w*|sorry|pardon)[ ,.]+(?=\d)"
)

# Said of another time or of what might have been: the rating of today, when there is one, counts instead.
FORMER = re.compile(
    r"\b(?:era|erano|ero|prima|anno scorso|volta scorsa|in passato|una volta|avrei (?:dato|messo|detto)|"
    r"sarebbe stato|avevo dato|avevo messo|was|were|used to|last (?:year|time)|would have|before|"
    r"previously|"
    r"gave you)\b(?:(?!\b(?:ma|but|pero|ora|now|oggi|today)\b)[^.;,]){0,25}$"
)

STRONG_CUE = re.compile(
    r"(?:\b(?:non (?:\w+ ){0,2}piu di|non oltre|al massimo|(?:not|no) more than|at (?:most|best)) |"
    r"\b(?:vot[oi]|votazione|valutazione|punteggio|giudizio|do|dare|darei|diamo|direi|dico|diciamo|"
    r"metto|"
    r"metterei|assegno|merit\w+|bel|buon|rating|score|rate|give|giving|gave|say|solid|deserve\w*|"
    r"complessivo|note|punkte|gebe|geb|mets|donne|metti\w*|segn[oia]|scriv[oai]|dammi|put me down for|"
    r"call it|"
    r"overall|complesso|totale|voterei|rispondo|risposta|answer)\b)"
    r"[ :=]*(?:(?:un[oa]?|a|an|il|e|is|be|of|you|it|vi|gli|le|ti|del|di|as|at|this|them|your \w+|about|"
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

_COUNTED_IT = (
    r"settiman\w+|giorn\w+|mes[ei]|or[ae]|ann[oi]|minut\w+|min|second[oi]|volt[ae]|ordin[ei]|macchin\w+|"
    r"pezz[oi]|"
    r"prodott\w+|person[ae]|euro|eur|telefonat[ae]|e?-?mail|messagg\w+|sms|chiamat[ae]|tentativ\w+|"
    r"coll[oi]|pacc\w+|"
    r"scatol[ae]|bancal[ei]|pallet|dipendent[ei]|client[ei]|consegn[ae]|fattur[ae]|sed[ei]|negoz[io]+|"
    r"articol[oi]|"
    r"fornitor[ei]|domand[ae]|client\w*|figl[io]+|punt[oi] vendita|colleg\w+|mila|milioni|km|kg|litri|"
    r"metri|mt|cm|"
    r"operator[ei]|tecnic[oi]|ticket|preventiv[oi]|contratt[oi]|sollecit[oi]|error[ei]|problem[ai]|righe|"
    r"copi[ae]|"
    r"gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|"
    r"soci|impiegat[ie]|operai|addett[ie]|ragazz[ie]|uffici|camere|piani|figli[ea]|cani|gatti|"
    r"stampant[ei]|camion|furgon[ei]|uffici?o?|cartucc[ei]a?|quint\w+|tonnellat\w+|ton|richiest[ae]|su 24"
)
_COUNTED_EN = (
    r"weeks?|days?|months?|hours?|hrs?|years?|yrs?|minutes?|mins?|seconds?|times?|orders?|machines?|"
    r"pieces?|items?|"
    r"products?|people|persons?|euros?|dollars?|pounds?|quid|calls?|emails?|messages?|texts?|attempts?|"
    r"boxes|parcels?|"
    r"pallets?|employees|customers?|deliver\w+|invoices?|offices?|stores?|shops?|questions?|kids|am|pm|"
    r"oclock|percent|"
    r"per cent|per cento|miles|units?|tickets?|quotes?|problems?|issues?|mistakes?|errors?|contracts?|"
    r"colleagues|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|of you|"
    r"different|"
    r"printers?|trucks?|vans?|vehicles?|suppliers?|reasons?|things?|replies|reminders?|requests?|thousand|"
    r"million|"
    r"th\b|st\b|nd\b|rd\b"
)
COUNTED = re.compile(
    rf" ?(?:(?:altr[eio]|more|long|lunghe|lunghi|interi|intere|whole|business|"
    rf"lavorativi) )?(?:{_COUNTED_IT}|{_COUNTED_EN})\b| ?[€$£%]"
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
    r"ottim[oiae]|molto|very|really|davvero|di voto|certo|sicuramente|e mezzo|last|next|it|my|mi|vi|ci|so|"
    r"when|quando)\b)"
)
PRECEDES_COUNT = re.compile(
    r"(?:\b(?:alle|dalle|ore|h|il|lo|dal|al|entro|dopo(?: le)?|le|delle|in|di|numero|n|nr|num|ordine|via|"
    r"civico|interno|"
    r"int|taglia|fila|lotto|mod|modello|versione|pagina|pag|opzione|fase|euro|eur|at|on|by|room|order|"
    r"number|page|"
    r"version|step|option|after|before|until|since|fattura|invoice|ticket|codice|code|cod|art|cap|ref|rif|"
    r"contratto|"
    r"meno di|piu di|less than|more than|sotto il|below|under|over|oltre|nel|del|dei|negli|ogni|every|"
    r"each|next|"
    r"prossim[ei]|ultim[ei]|last|per|gruppo|team|siamo|eravamo|su|out of|of|ne|ordinat[oaie]|"
    r"comprat[oaie]|arrivat[oaie]|"
    r"ricevut[oaie]|mandat[oaie]|pagat[oaie]|ho|abbiamo|have|had|ordered|bought|received|got|sent|paid|"
    r"waited|"
    r"(?:via|viale|piazza|corso|vicolo|largo|strada|rue|street|road|avenue) (?:\w+ ){1,3})[ .:°]*|[#€$£])$"
)
INEXACT = re.compile(
    r"\b(?:almeno|at least|circa|about|forse|maybe|around|quasi|almost|probabilmente|"
    r"probably|boh)\b[^.;]*$"
)
NEGATED = re.compile(
    r"\b(?:ne|non (?:e|do|darei|vi do|direi)|non(?= (?:un |il )?$)|non do mai|never give|neither|nor|not|"
    r"isnt|"
    r"wouldnt (?:say|give)|dont deserve)(?: (?:un|a|an|il|it|you|quite a|proprio un|a full))*[ :]*$"
)

# What may follow a small number in words, or "sei", only when it is a rating: "tre perché ...", "zero assoluto".
FOLLOWS_SURELY = re.compile(
    r" *(?:$|[.,!;:)\"]|- |-+$|[^\w\s'/%-]|(?:spaccat[oa]|tond[oa]|secc[oa]|nett[oa]|pien[oa]|scars[oa]|"
    r"risicat[oa]|striminzit[oa]|stiracchiat[oa]|"
    r"abbondante|politic[oa]|meritat[oa]|assolut[oa]|tagliato|virgola|meno|perche|because|cos|ma|but|pero|"
    r"e solo|e basta|e per|solo|only|and that|per (?:il|la|lo|l'|i|gli|le|via|colpa)|for (?:the|your|"
    r"effort)|grazie|thanks|"
    r"sorry|scusa\w*|mi spiace|dai|direi|forse|no|anzi|su|out of|weil|aber|parce|mais|car|circa|as|since|"
    r"at (?:best|most)|i guess|max)\b)"
)
# An article makes a number an answer where nothing countable follows: "un 6 risicato", "a big fat zero".
ARTICLE = re.compile(
    r"\b(?:un|un bel|un buon|uno|una|eine?n?|une?)(?: \w+o)? $|\b(?:a|an|its a|big fat|nice|big|fat|solid|"
    r"clear|round) $"
)
