"""The words that turn, raise or lower the word after them."""

import re

# fmt: off
NEGATORS = frozenset({
    "non", "mai", "nessun", "nessuna", "nessuno", "senza", "mica", "neanche", "nemmeno", "niente",
    "nulla", "not", "no", "never", "dont", "doesnt", "didnt", "isnt", "wasnt", "arent", "werent",
    "wont", "wouldnt", "cant", "cannot", "couldnt", "hasnt", "havent", "hadnt", "aint", "without",
    "nothing", "neither", "nor", "hardly", "barely", "nobody",
    "nicht", "kein", "keine", "keinen", "keiner", "nie", "niemals", "ohne", "pas", "jamais", "aucun", "aucune", "sans",
})
RAISING = frozenset({
    "molto", "davvero", "veramente", "assolutamente", "proprio", "tantissimo", "estremamente",
    "decisamente", "super", "troppo", "cosi", "sempre", "tanto", "very", "really", "absolutely",
    "extremely", "so", "totally", "completely", "incredibly", "truly", "utterly", "always", "bloody",
    "such", "sehr", "wirklich", "absolut", "total", "echt", "tres", "vraiment", "tellement", "extremement",
})
LOWERING = frozenset({
    "abbastanza", "piuttosto", "quasi", "leggermente", "relativamente", "fairly", "quite", "somewhat",
    "slightly", "bit", "rather", "almost", "mildly", "pretty", "kinda",
})
LESSENING = frozenset({
    "poco", "little", "less", "meno",
})
COUNTS = frozenset({
    "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci", "quindici", "venti", "trenta",
    "cento", "mille", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "fifteen",
    "twenty", "thirty", "hundred", "ennesima", "terza", "quarta", "quinta", "seconda", "terzo", "quarto", "secondo",
    "second", "third", "fourth", "fifth", "umpteenth", "several", "parecchi", "parecchie", "diverse", "diversi",
    "svariate", "mezza", "mezz", "pochi", "poche", "few", "couple",
})
PRAISE = frozenset({
    "complimenti", "complimentoni", "bravi", "bravissimi", "brava", "bravo", "ottimo", "ottima", "fantastico",
    "fantastici", "perfetto", "bello", "bella", "bel", "grandi", "grande", "geni", "eccellente", "meraviglioso",
    "meravigliosi", "stupendo", "benissimo", "splendido", "evviva", "grazie", "congratulazioni", "applausi",
    "great", "brilliant", "fantastic", "lovely", "nice", "perfect", "wonderful", "excellent", "superb", "congrats",
    "congratulations", "well", "good", "top", "awesome", "amazing", "thanks", "cheers", "marvellous",
    "fabulous", "impressive", "love", "genius", "kudos",
})
APPLAUSE = frozenset({"👏", "👍", "🎉"})
FILLING = frozenset({
    "davvero", "proprio", "veramente", "lavoro", "servizio", "roba", "inizio", "vivissimi", "ragazzi", "a", "tutti",
    "voi", "really", "job", "work", "touch", "one", "stuff", "start", "show", "guys", "lads", "folks", "team", "then",
    "service", "that", "news", "effort", "👏", "👍", "🎉",
})
CONTRASTS = frozenset({
    "ma", "pero", "tuttavia", "purtroppo", "peccato", "eppure", "but", "however", "although", "though",
    "unfortunately", "yet", "shame", "aber", "leider", "jedoch", "mais", "malheureusement", "dommage", "cependant",
})
# fmt: on

_SUPERB = (
    r"(?:great|nice|good|top|fantastic|brilliant|wonderful|amazing|excellent|awesome|superb|lovely|stellar|"
    r"impressive|marvellous)"
)
_SPOILING = (
    r"(?:losing|ruining|messing|breaking|ignoring|missing|wasting|screwing|delaying|forgetting|damaging|destroying|"
    r"keeping (?:me|us) waiting|making (?:me|us) wait|perso(?! tempo)|rotto|sbagliato|ignorat\w|dimenticat\w|rovinat\w)"
)
_OPENING_PRAISE = (
    r"^\W*(?:(?:wow|oh|ah|well|eh|na|ja|ma|che)\W+)*(?:great|fantastic|brilliant|lovely|wonderful|perfect|super|awesome|"
    r"excellent|top|nice|amazing|bravi|bravissimi|complimenti|ottimo|perfetto|fantastico|bello|benissimo|grandioso|"
    r"meraviglioso|wunderbar|toll|klasse|prima|grossartig|herrlich|danke|bravo|genial|parfait|formidable|magnifique|"
    r"felicitations|chapeau|merci)(?: (?:work|job|guys|ragazzi|lavoro))?\s*[,.!:\u2026-]+\s*"
)
_MISHAP = (
    r"(?:late|delay\w*|lost|broken?|broke|wrong|missing|damaged|wait\w*|retard|perdue?s?|attend\w*|attente|cassee?s?|"
    r"erreurs?|verspat\w*|zu spat|gewartet|warten|verloren|kaputt|falsch\w*|defekt\w*|fehlt|ritard\w*|rott[oaie]|"
    r"pers[oaie]|sbagliat\w|attesa|aspett\w+|guast\w|manca\w*|sparit\w)"
)
_DENIAL = r"\b(?:no|not|non|nessun\w*|senza|without|never|kein\w*|nicht|ohne|sans|pas|nie|jamais|mai)\b"
_NO_DENIAL = rf"(?:(?!{_DENIAL})[^.!?\n]){{0,60}}?"
# "Great, another late delivery", "wunderbar, wieder drei Wochen gewartet", "super, deux semaines de retard".
_ONCE_MORE = (
    rf"{_OPENING_PRAISE}(?:(?:just|yet|schon|really) )*(?:another|again|wieder|encore|ancora|un altr[oa]|un'altra|"
    rf"di nuovo|l'ennesim[oa]|immer noch|toujours|de nouveau|(?:solo |only |nur )?[\w-]+ (?:wochen|tage|stunden|monate|"
    rf"semaines|jours|heures|mois|weeks|days|hours|months|settimane|giorni|ore|mesi))\b{_NO_DENIAL}\b{_MISHAP}"
)
# Praise beside one of these is irony, wherever it stands: "bravi, si fa per dire".
SARCASM = re.compile(
    rf"\b(?:complimenti per (?:il ritardo|la puntualita|la professionalita|la serieta)|"
    r"solo (?:\d+|due|tre|quattro) (?:settimane|mesi|ore) di (?:attesa|ritardo)|only (?:\d+|two|three|"
    r"four) (?:weeks|months|hours) (?:late|to)|"
    r"di nuovo (?:rott|guast|in ritard)\w+|broke\w* again|"
    r"yeah (?:right|sure)|oh sure|eh certo|come no\b|ma che bravi|bel modo di|"
    rf"{_SUPERB} (?:job|work|one|way)(?: (?:on|at|of|in|with))? (?:\w+ )?{_SPOILING}|"
    rf"(?:complimenti|bravi\w*|congrat\w+|well done|kudos|thanks|thank you|grazie)(?: \w+)? (?:per|on|for|at) "
    rf"(?:ave(?:r|re|rmi|rci) )?{_SPOILING}|"
    rf"{_ONCE_MORE}|"
    r"thanks for nothing|grazie per niente|si fa per dire|so to speak|as if)\b|🙄|(?:^| )/s\b"
)
