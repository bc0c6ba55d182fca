"""An opt-out: the phrases of every language together, because people mix them, and the words that weigh them."""

import re
from functools import cache

from app.language.phrases import opt_out_de_fr, opt_out_en, opt_out_it
from app.language.phrases.notation import Phrases, word_set

_LANGUAGES = (opt_out_it, opt_out_en, opt_out_de_fr)


@cache
def stopping() -> tuple[Phrases, ...]:
    """Opt-outs negative in form ("non scrivetemi"): a negator belongs to them."""
    return tuple(Phrases(lang.STOPPING, lang.SETS) for lang in _LANGUAGES)


@cache
def removal() -> tuple[Phrases, ...]:
    """Opt-outs positive in form ("cancellatemi"): a negator turns them round."""
    return tuple(Phrases(lang.REMOVAL, lang.SETS) for lang in _LANGUAGES)


@cache
def loose() -> tuple[Phrases, ...]:
    """Opt-outs perhaps: asked for only where nothing surer is found."""
    return tuple(Phrases(lang.LOOSE, lang.SETS) for lang in _LANGUAGES)


# A whole message, or a sentence of its own, that is made of these words alone.
STOP_WORDS = word_set(
    "stop stopp stopall sstop basta unsubscribe cancel end quit revoke optout annulla annullare ferma "
    "fermatevi disiscrivi cancella cancellare cancellazione disiscrizione disiscrivimi disiscrivetemi "
    "unsub remove elimina rimuovi finitela smettetela piantatela enough abmelden austragen abbestellen "
    "aufhoren arret arretez desabo desabonner desinscription desabonnement unsuscribe unsubscribed "
    "bastaa halt togliere togliermi cancellarmi dilit delete assez schluss finiamola rimozione "
    "eliminazione revoca revoco opposizione disattivazione disattiva disattivare fuori desistete "
    "astenetevi sparite sparisci cancellate togliete eliminate rimuovete disiscrivere stoppa stoppate "
    "zitti evitate evita stpo stp sotp tsop stio canc esci"
)
# Whole messages that people mistype: two letters amiss in one long word still tell it.
SPELT = (
    "cancellatemi",
    "disiscrivetemi",
    "disiscrivermi",
    "toglietemi",
    "rimuovetemi",
    "eliminatemi",
    "unsubscribe",
    "smettetela",
    "disiscrizione",
    "cancellazione",
    "abmelden",
    "desinscription",
)
COURTESY = word_set(
    "ok per favore please pls grazie allora ho detto i said si no ciao hi hello salve buongiorno "
    "buonasera scusate prego just and adesso ora now thanks thank you it this these subito sms messaggi "
    "mail email emails texts all tutto gia cosi davvero immediatamente mille bitte danke merci svp "
    "jetzt maintenant s il vous plait cara caro dear sirs e ma veramente really grz cordiali saluti "
    "regards asap immediately me mi dai mo oh eh ohi oi then so now' che vi prego cortesemente "
    "gentilmente kindly completely sofort ja nein oui"
)
# Words that make a lone "basta" in the midst of a longer text no opt-out: "10 e basta".
JUST_THAT = re.compile(r"(?:\be|\bed|\bpunto e|,) basta\W*$")

# An opt-out that a person should see; it is honoured all the same.
DOUBTFUL = re.compile(
    r"\?|\b(?:se|if|altrimenti|otherwise|unless|magari|maybe|forse|sto pensando|thinking (?:about|of)|"
    r"considering|potrei|"
    r"might|quasi quasi|perche non|why (?:dont|wont|havent|didnt) you|per ora|per adesso|for now|"
    r"for a while|tranne|"
    r"except|a parte|but (?:keep|not)|ma (?:continuate|non)|solo (?:le|i|gli|la|per)|only|just (?:the|"
    r"from)|wenn|(?:e-?mails?|mail|newsletter|sms|texts?|telefono) (?:si|ok|va bene|vanno bene|yes|are (?:fine|ok))|"
    r"vielleicht|peut etre|finche|until|fino a)\b"
)
NEGATOR = re.compile(
    r"\b(?:non|nn|nun|mica|mai|ne|senza|not|dont|do not|never|without|no need to|wont|didnt|doesnt|nor|"
    r"isnt|havent|hate|"
    r"nessun\w?|no|dnt|cant|cannot|couldnt|nicht|nie|pas|guai a|anziche|invece di|instead of|rather than)\b"
)
# "Why don't you ...?": negative in form, an order in meaning. Likewise what was asked for in vain.
RHETORICAL = re.compile(
    r"\b(?:perche non|why (?:dont|wont|havent|cant|didnt)(?: you| u)?|non (?:mi|ci) avete (?:\w+ )?|"
    r"(?:can|could|will|would) you not|how (?:do|can) i not|non (?:riesco|riusciamo|si riesce|posso|"
    r"e possibile|so come|capisco come)"
    r"(?: \w+){0,2}|(?:cant|cannot|not able to|unable to|dont know how to|couldnt|no way to)(?: \w+){0,2}|"
    r"(?:non|not) (?:\w+ ){0,2}(?:ancora|yet|still)|non (?:e ora|sarebbe ora)(?: \w+){0,2}|(?:if you|"
    r"se) (?:dont|do not|non)(?: \w+)?|non (?:vedo|vedete) l ora(?: \w+)?)\W*$"
)
MISTAKE = re.compile(
    r"\b(?:per (?:sbaglio|errore)|by (?:mistake|accident|error)|accidentally|sbadatamente|erroneamente|"
    r"inavvertitamente|"
    r"in error|mistakenly|versehentlich|par erreur)\b"
)
# What is cancelled in daily business, no opt-out.
_THING = (
    r"ordin[ei]|ordinazion[ei]|order|appuntament[oi]|appointments?|prenotazion[ei]|bookings?|"
    r"reservations?|contratt[oi]|contracts?|"
    r"fattur[ae]|invoices?|consegn[ae]|deliver(?:y|ies)|visit[ae]?|riunion[ei]|meetings?|abbonament[oi]|"
    r"polizz[ae]|policy|"
    r"insurance|bolletta|rimborso|refund|pagament[oi]|payments?|addebit[oi]|direct debit|rid|sepa|"
    r"spedizion[ei]|shipment|"
    r"fornitura|supply|articol[oi]|items?|sconto|discount|dubbi[o]?|curiosita|sfizi[o]?|peso|pensiero|"
    r"soddisfazione|"
    r"intervent[oi]|servizio|service|cort[oe]|cors[oi]|lezion[ei]|class(?:es)?|lessons?|gym|membership|"
    r"tessera|trial|quote|"
    r"preventiv[oi]|richiesta|request|ticket|spese|costi|fees?|charges?|iban|carta|card|riga|voce|"
    r"pezz[oi]|parts?|"
    r"plan|scheme|cover|auto\w*|paper\w*|piano|assicurazion\w|pdf|competitors?|concorren\w+|bills?|"
    r"cartace\w+|machine|macchina|problem[ai]?|rata|rate|penale|mora|pacc[oh]i?|parcel|camion|tavol[oi]|"
    r"table|posto|bestellung|termin|"
    r"commande|rendez|rinnovo|renewal|gas|luce|energia|utenza luce|contatore|noleggio|leasing"
)
# An unsubscription is from something of ours, but for these.
NOT_OURS = re.compile(
    r"\W{0,2}(?:\w+ ){0,2}(?:from|of|dalla|dal|dai|da) (?:\w+ ){0,2}?(?:competitors?|concorren\w+|"
    r"bills?|statements?|invoices?|fattur\w+|estratto|catalogues?|"
    r"paper\w*|cartace\w+|bollett\w+|"
    r"plan|scheme|cover|gym|palestra|insurance|assicurazion\w|pension|union|sindacato|netflix|amazon|"
    r"facebook|corso|course)\b"
)
_UNSUBSCRIBES = re.compile(r"un|opt|disi|desi")


def about_business(text: str, start: int, end: int) -> bool:
    """Whether what is to be taken away at [start, end) is an order, a bill or the like, and not the contact."""
    thing = NOT_OURS if _UNSUBSCRIBES.match(text, start) else THING
    return thing.match(text, end) is not None


THING = re.compile(
    r"\W{0,2}(?:\w+ )?(?:(?:il|la|l|lo|le|i|gli|un|una|my|the|that|this|our|quest\w|mio|mia|miei|mie|"
    r"nostr\w|vostr\w|"
    r"dal|dall|dalla|dai|dalle|del|dell|della|dei|di|from|of|for|meine|ma|mon|quell\w|a)\W{1,2})*"
    rf"(?:\w+ )?(?:{_THING})\b"
)
