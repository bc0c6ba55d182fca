"""The words with which people say yes, no, perhaps, all of them, the second one: it, en, de, fr."""

import re

from app.surveys.words import wordset

# A word of an answer that says nothing about which.
EMPTY = wordset(
    "un una uno ora adesso now jetzt maintenant di del della dei delle da dal dalla in nel nella con "
    "per su e ed o a ad al alla che mi ci si vi io noi piu va bene ok sono ho hai of for to and or on "
    "at with my our your is are be me it i we an und oder mit von vom zu zum zur im am ist ein eine "
    "einen ich wir mir mein et ou de du des une au aux je nous mon ma les l d qu c est volevo dire "
    "anzi meant mean intendevo meinte voulais"
)
NEGATIONS = wordset(
    "non no not ne mai never dont don nessuno none senza without nicht kein keine nie pas jamais sans"
)
YES = wordset("si yes yep yeah ja oui ouais jawohl")
NO = wordset("no nope nah nein")
SURELY = wordset(
    "certo che certamente volentieri assolutamente ok okay sure of course absolutely va bene d "
    "accordo grazie davvero einverstanden agreed gern gerne naturlich klar sicher unbedingt "
    "volontiers bien sur certainement absolument accord merci danke con piacere avec plaisir happy "
    "happily glad gladly sehr"
)
WILLING = wordset(
    "piacere plaisir course happily gladly sur certo certamente volentieri accordo accord "
    "einverstanden agreed sure absolutely gern gerne naturlich klar volontiers certainement"
)
# What softens a no and leaves it one: "meglio di no", "per ora no", "i'd rather not".
SOFTENERS = wordset(
    "meglio di per ora adesso il momento al purtroppo preferisco preferirei direi credo penso proprio "
    "io i d id rather better prefer really for now just me eher lieber besser im moment ich plutot "
    "pour l instant vraiment je prefere"
)
NOT = {"en": wordset("not"), "de": wordset("nicht"), "fr": wordset("pas")}
PERHAPS = wordset(
    "forse magari puo darsi vediamo dipende maybe perhaps possibly depends vielleicht eventuell mal "
    "sehen peut etre possible ca depend non lo so not sure"
)
MAYBE = wordset("forse magari dipende maybe perhaps possibly vielleicht eventuell peut")
ALL = wordset("tutte tutti tutto all everything alle alles toutes tous tout entrambe entrambi both beide")
NONE = wordset("nessuna nessuno niente nulla none nothing keine keines nichts aucun aucune rien")
BUT = wordset("tranne eccetto salvo except but ausser sauf")
ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            "prima primo first erste ersten erster premier premiere uno one eins",
            "seconda secondo second zweite zweiten zweiter deuxieme due two zwei deux",
            "terza terzo third dritte dritten dritter troisieme tre three drei trois",
            "quarta quarto fourth vierte vierten vierter quatrieme quattro four vier quatre",
            "quinta quinto fifth funfte funften funfter cinquieme cinque five funf cinq",
            "sesta sesto sixth sechste sechsten sixieme six sechs",
        ),
        1,
    )
    for word in words.split()
}
LAST = wordset("ultima ultimo last letzte letzten letzter derniere dernier")
# A number or, as adverbs look like them, an ordinal with its article, cut off from what follows.
POINTED = re.compile(
    r"\W*(?:(?:direi|io direi|id say|i'd say) )?"
    r"(?:(?:(?:la|il|the|die|der|das|le|opzione|option|numero|number|nummer|n|nr|risposta|answer|antwort|reponse)"
    r"[ .]+)+(?:(?P<ordinal>[a-z]{3,})|(?=\d))|(?=\d))(?P<digit>\d{1,2}(?![\d.,]*\d))?(?: one| option| opzione)?"
    r"(?:\s*[,.;:)\u2013\u2014-](?=\s|$)|\s+(?=perche|xke|because|since|as|weil|denn|parce que|car\b))"
)
_COME = (
    r"(?:venire|partecipare|esserci|essere (?:li|presente|dei vostri)|passare|liberarmi|raggiungervi|farcela|muovermi|"
    r"make it|make that|come|attend|be there|join|do it|get there|"
    r"kommen|teilnehmen|dabei sein|venir|participer|etre la|passer|me liberer)"
)
# What keeps somebody from saying yes, in the words of whoever declines an invitation.
PREVENTED = re.compile(
    r"\b(?:"
    rf"(?:non|nn) (?:ci )?(?:posso|riesco|possiamo|riusciamo|potro|potremo|riusciro|riusciremo)(?: proprio)?"
    rf"(?: (?:a )?{_COME}\b|\W*$)|"
    r"(?:non|nn) (?:vengo|veniamo|verro|verremo|partecipo|partecipiamo|partecipero)\b|"
    r"(?:non|nn) ci (?:sono|saro|siamo|saremo)(?: proprio)?"
    r"(?=\W*$|[,.;:!]| (?:quel|quei|in quei|giovedi|sabato|perche)\b)|"
    r"(?:non|nn) ce la (?:faccio|facciamo|faro|faremo)|(?:non|nn) (?:sono|siamo|saro|saremo) (?:disponibil|liber)\w+|"
    r"(?<!non )(?<!nn )(?:sono|siamo|saro|saremo) (?:gia )?"
    r"(?:impegnat|occupat|via\b|in ferie|in viaggio|fuori (?:citta|sede))\w*|"
    r"(?<!non )(?<!nn )ho (?:gia )?(?:un(?: altro)? |altri )?impegn\w+|impossibilitat\w+|"
    rf"(?:can'?t|cannot|can not|won'?t|will not|couldn'?t|unable to|not able to|won'?t be able to)"
    rf" (?:really )?{_COME}\b|"
    r"(?:i'?m|we'?re|am|are|be|is)? ?not (?:coming|attending|joining|available|free)\b|unavailable\b|"
    r"(?:i'?m|we'?re|i am|we are) (?:already |sadly )?(?:busy|booked|away|tied up)\b|"
    r"(?<!don't )(?<!dont )(?:have|got|made) other plans|"
    r"(?:nicht dabei|verhindert|keine zeit|schaffe? es (?:leider )?nicht|komme(?:n)? (?:leider )?nicht|"
    r"kann (?:leider )?nicht(?: kommen)?|passt (?:mir |uns |leider )*nicht|bin (?:leider )?(?:nicht da|verreist))\b|"
    rf"(?:peux|pouvons|pourrai|pourrons|peut) (?:malheureusement )?pas(?: {_COME}\b|\W*$)|"
    r"(?:viens|viendrai|viendrons|venons|serai|serons) pas(?: la)?\b|pas (?:dispo\w*|libres?)\b|indisponibles?\b|"
    r"(?:suis|serai|sommes|serons) (?:deja )?(?:absente?s?|prise?s?|occupee?s?)\b"
    r")"
)
EAGER = re.compile(
    r"\b(?:non vedo l|mancar\w+|manchero|perder\w+|miss\b|wait\b|rater\b|manquer\w*|louper\b|attendre\b|"
    r"verpassen\b|erwarten\b|dire di no\b|say no\b)"
)
UNDECIDED = re.compile(
    r"\b(?:non (?:lo )?so|forse|magari|dipende|vediamo|se|not sure|don'?t know|maybe|perhaps|if|unless|"
    r"until|fino|depends|"
    r"bis|jusqu\w*|weiss (?:es )?(?:noch )?nicht|vielleicht|wenn|falls|sais pas|peut-? ?etre)\b"
)
TURNS = re.compile(r"\b(?:ma|pero|but|though|aber|mais)\b")
LESS_OFTEN = re.compile(
    r"\b(?:meno (?:spesso|messaggi|mail|sms)|piu raramente|piu di rado|di rado|ogni tanto|less(?: often)?|fewer|"
    r"not so often|now and then|seltener|weniger|ab und zu|moins(?: souvent)?|de temps en temps|"
    r"una volta (?:al mese|l'anno)|once a (?:month|year))\b"
)
# "si vedrà" is no yes: without its accent the Italian one needs company.
OPENING = re.compile(
    r"\W*(?P<word>sì|si(?=[,.!]| (?:sono|certo|grazie|volentieri|vengo|ci|molto|con|ma)\b)|yes|yep|yeah|ja|oui|"
    r"no|nope|nein|non(?=[,.!]))(?!['’\w])"
)
TROUBLE = wordset("problem problema problemi probleme problemes worries")  # "no problem" is a yes
# What turns a consent into a condition: "resto se abbassate i prezzi", "I'll stay, but only by email".
RESERVES = wordset(
    "purche finche se solo soltanto unless if only until nur wenn falls sofern seulement uniquement"
)
# Nobody who speaks so of our messages asks for more; "continuate così" praises the work, or mocks it.
BOTHERED = re.compile(
    r"\b(?:spam|romp|tempest|scocc|scass|assill|torment|perseguit|tartass|bombard|inond|intas|infast|disturb|"
    r"stress|stuf[oaie]\b|secca(?:t|r|nt)|stalk|pester|hound|harass|bother|annoy|nagg|flood|drown|junk|trash|"
    r"rubbish|delet|cestin|spazzatura|immondizia|scapp|belastig|nerv|(?:zu)?mull|stort\b|storen\b|papierkorb|"
    r"harcel|embet|derang|saoul|poubelle|corbeille|"
    r"continu\w+ cosi|avanti cosi|keep (?:it up|going|up the)|weiter so\b|continuez comme ca|"
    r"lo stesso|come no|yeah right|oh sure|as if|na klar doch)"
)
