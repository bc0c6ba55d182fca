"""The words that turn, raise or lower the word after them."""

import re

# fmt: off
NEGATORS = frozenset({
    "non", "mai", "nessun", "nessuna", "nessuno", "senza", "mica", "ne", "neanche", "nemmeno", "niente",
    "nulla", "not", "no", "never", "dont", "doesnt", "didnt", "isnt", "wasnt", "arent", "werent",
    "wont", "wouldnt", "cant", "cannot", "couldnt", "hasnt", "havent", "hadnt", "aint", "without",
    "nothing", "neither", "nor", "hardly", "barely", "nobody",
})
RAISING = frozenset({
    "molto", "davvero", "veramente", "assolutamente", "proprio", "tantissimo", "estremamente",
    "decisamente", "super", "troppo", "cosi", "sempre", "tanto", "very", "really", "absolutely",
    "extremely", "so", "totally", "completely", "incredibly", "truly", "utterly", "always", "bloody",
    "such",
})
LOWERING = frozenset({
    "abbastanza", "piuttosto", "quasi", "leggermente", "relativamente", "fairly", "quite", "somewhat",
    "slightly", "bit", "rather", "almost", "mildly", "pretty", "kinda",
})
LESSENING = frozenset({
    "poco", "little", "less", "meno",
})
CONTRASTS = frozenset({
    "ma", "pero", "tuttavia", "purtroppo", "peccato", "eppure", "but", "however", "although", "though",
    "unfortunately", "yet", "shame",
})
# fmt: on

# Praise beside one of these is irony: "ottimo, la terza volta che si rompe".
SARCASM = re.compile(
    r"\b(?:(?:terza|quarta|quinta|ennesima|seconda|decima) volta|(?:third|fourth|fifth|umpteenth|second|"
    r"tenth) time|"
    r"dopo (?:solo )?(?:\d+|due|tre|quattro) (?:settimane|mesi|giorni|ore)|after (?:only )?(?:\d+|two|"
    r"three|four) (?:weeks|months|days|hours)|"
    r"come (?:al )?solito|as usual|yet again|di nuovo (?:rott|guast|in ritard)\w+|broke\w* again|"
    r"complimenti per (?:il ritardo|la puntualita|la professionalita)|"
    r"solo (?:\d+|due|tre|quattro) (?:settimane|mesi|ore) di (?:attesa|ritardo)|only (?:\d+|two|three|"
    r"four) (?:weeks|months|hours) (?:late|to)|"
    r"ancora (?:rott|guast|niente|nulla|in attesa)\w*|(?:nessuno|nobody|no one) (?:\w+ ){0,2}(?:rispond|"
    r"risposto|answer|reply|replied)\w*|"
    r"yeah right|come no|ma che bravi|bel modo di|(?:great|nice|good|top) (?:job|work|one) \w+ing|"
    r"another (?:wrong|late|broken|faulty|delay)\w*|"
    r"(?:tre|quattro|cinque|dieci|\d+) (?:telefonate|chiamate|mail|solleciti|volte)|(?:three|four|five|"
    r"ten|\d+) (?:calls|emails|reminders|times)|"
    r"(?:rompe|rotto|breaks|broke|broken|sbagliato|wrong) (?:di nuovo|ancora|again))\b|🙄|"
    r"\bthanks for nothing\b|\bgrazie per niente\b|\bsi fa per dire\b|\b/s\b"
)
