"""What makes a number in a reply a count, an hour, a date, a price or an address, and no rating."""

import re

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
    r"stampant[ei]|camion|furgon[ei]|uffici?o?|cartucc[ei]a?|quint\w+|tonnellat\w+|ton|richiest[ae]|su 24|"
    r"rispost[ae]|al (?:mese|giorno|trimestre)|(?:a|alla) settimana|all'anno|a testa|clic|reclam[io]|"
    r"rat[ae]|sconto|gradi|grammi|etti|chili|bustine?|sacch[io]|bottigli[ae]|porzioni?|mq|mm|cv|hp|kw|"
    r"watt|volt|"
    r"di (?:noi|loro|quest\w+|quell\w+|mattin[ao]|sera|notte|pomeriggio)|del (?:mattino|pomeriggio)|"
    r"piano|lug|ago|sett?|ott|nov|dic|gen|feb|mar|apr|mag|giu"
)
_COUNTED_EN = (
    r"weeks?|days?|months?|class|group|repl(?:y|ies)|answers|hours?|hrs?|years?|yrs?|minutes?|mins?|"
    r"seconds?|times?|orders?|machines?|"
    r"pieces?|items?|"
    r"products?|people|persons?|euros?|dollars?|pounds?|quid|calls?|emails?|messages?|texts?|attempts?|"
    r"boxes|parcels?|"
    r"pallets?|employees|customers?|deliver\w+|invoices?|offices?|stores?|shops?|questions?|kids|am|pm|"
    r"oclock|percent|"
    r"per cent|per cento|miles|units?|tickets?|quotes?|problems?|issues?|mistakes?|errors?|contracts?|"
    r"colleagues|"
    r"january|february|march|april|may(?! be)|june|july|august|september|october|november|december|of you|"
    r"different|"
    r"printers?|trucks?|vans?|vehicles?|suppliers?|reasons?|things?|replies|reminders?|requests?|thousand|"
    r"million|of (?:us|them|my|our|your|the|these|those)|in the (?:morning|afternoon|evening)|o'? ?clock|"
    r"complaints?|more(?! or)|(?:are|were|is) (?:missing|broken|wrong|gone|left|late|short)|man|seater|"
    r"bed|doors?|packs?|phone calls?|black|red|blue|mails?|msgs?|an? (?:week|month|quarter|day|year)|"
    r"per (?:week|month|day|year)|clicks?|"
    r"of (?:yours|mine|theirs)|litres?|liters?|metres?|meters?|feet|foot|inch(?:es)?|grams?|kilos?|stone|"
    r"years? old|instal?ments?|rooms?|"
    r"floors?|minute|bags|men|women|children|team|staff members|degrees|jan|feb|mar|apr|jun|jul|aug|sept?|"
    r"oct|nov|"
    r"dec|in a row|(?:and|to) \d+ (?:of|to|in)|years|"
    r"th\b|st\b|nd\b|rd\b"
)
COUNTED = re.compile(
    rf"[ -]?(?:(?:altr[eio]|more|long|lunghe|lunghi|interi|intere|whole|business|"
    rf"lavorativi) )?(?:{_COUNTED_IT}|{_COUNTED_EN})\b| ?[€$£%]"
)

# One thing where the number says several: "6 consegna ok", "8 product fine" are ratings with their reason.
ONE_THING = re.compile(
    r" (?:consegna|fattura|telefonata|chiamata|macchina|prodotto|persona|ordine|pacco|cliente|articolo|"
    r"negozio|sede|"
    r"contratto|tecnico|operatore|preventivo|errore|problema|fornitore|dipendente|ragazz[oa]|impiegat[oa]|"
    r"camion|"
    r"delivery|order|machine|product|item|person|call|email|parcel|invoice|office|store|shop|question|"
    r"quote|problem|"
    r"issue|supplier|customer|delivered|delivering|contract|error|mistake)\b"
)
# Whom a rating is told to is no thing counted: "nine guys, thanks".
TOLD_TO = re.compile(
    r" (?:guys|lads|ragazz[ei]|folks|people|signor\w*|amic[io]|mates?|boys|girls|team) ?[,!;)]"
)
# Who waits for a call names hours: "call me between 9 and 10".
HOURS = re.compile(
    r"\b(?:call|ring|phone|chiam\w+|richiam\w+|telefon\w+|passo|passate|vengo|venite|come|open|apert[oi]|"
    r"apriamo|"
    r"available|disponibil\w|liber[oi]|free|here|in ufficio|in office|away|ferie)\b[^.;!?]*$"
)
PRECEDES_COUNT = re.compile(
    r"(?:\b(?:alle|dalle|ore|h|il|lo|dal|al|entro|dopo(?: le)?|le|delle|in|di|numero|n|nr|num|ordine|via|"
    r"civico|interno|items?|row|voc[ei]|posto|box|carton|batch|sku|sezione|"
    r"int|taglia|fila|lotto|mod|modello|versione|pagina|pag|opzione|fase|euro|eur|at|on|by|room|order|"
    r"number|page|"
    r"version|step|option|after|before|until|since|fattura|invoice|ticket|codice|code|cod|art|cap|ref|rif|"
    r"contratto|"
    r"meno di|piu di|less than|more than|sotto il|below|under|over|oltre|nel|del|dei|negli|ogni|every|"
    r"each|next|"
    r"prossim[ei]|ultim[ei]|last|per|gruppo|team|siamo|eravamo|su|out of|of|ne|ordinat[oaie]|"
    r"comprat[oaie]|arrivat[oaie]|"
    r"ricevut[oaie]|mandat[oaie]|pagat[oaie]|ho|abbiamo|have|had|ordered|bought|received|got|sent|paid|"
    r"waited|take|took|taking|prend\w+|preso|vorrei|voglio|serv(?:e|ono)|need|want|buy|away|from|till|della|"
    r"dello|nella|verso(?: le)?|half|padiglione|hall|stand|sala|cassa|furgone|van|model|gate|binario|"
    r"tavolo|table|(?<!a )flat|bancale|pallet|collo|container|lorry|camion|"
    r"apartment|unit|classe|class|piano|floor|level|capitolo|bus|canale|channel|size|misura|porta|"
    r"suite|bay|zona|zone|filiale|branch|reparto|sportello|desk|posizione|position|camera|stanza|receipt|"
    r"scontrino|"
    r"par|paragraph|section|comma|clause|article|articolo|clausola|fascia|through|door|saw|seen|ne (?:ho|"
    r"abbiamo|sono|manca\w*|restano)(?: \w+)?|fino (?:al|all'|a)|until the|for|nei giorni|i giorni|"
    r"between|operatore|operator|agent|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|(?:of|all) the|"
    r"bolla|ddt|pratica|case|job|rata|articolo|riga|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|"
    r"domenica|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|compie|compiuto|turns|turned|aged?|"
    r"(?:send|bring|mandate|mandami|portate|portami|take|want|need)(?: me| us)?(?: the| il| i)?|(?:sent|"
    r"mandat\w+|ordered|bought|got|arrivat\w+|ricevut\w+)(?: me| us)?(?: an?| un[ao]?)|"
    r"(?:via|viale|piazza|corso|vicolo|largo|strada|rue|street|road|avenue) (?:\w+ ){1,3})[ .:°]*|[#€$£])$"
)
# Whose being or having a number is an age or a count: "my lad is 9", not "my answer is 9".
SOMEBODYS = re.compile(
    r"\b(?:he|she|son|daughter|lad|boy|girl|kid|baby|child|wife|husband|mum|mom|dad|dog|cat|grandson|"
    r"figli[oa]|bimb[oa]|"
    r"bambin[oa]|nipote|marito|moglie|mamma|papa|nonn[oa]|cane|gatt[oa]) (?:is|has|turns|ha|fa|compie) "
    r"(?:only |just |about |now |solo |gia )?$|\b(?:im|hes|shes|theyre|theres|there (?:is|are)|ci sono|"
    r"were in) $|"
    r"\b(?:code|codice|pin|password) (?:is|e) $|\b(?:we are|they are) $|\b(?:what time|a che ora|"
    r"che ore)\b.{0,40}$"
)
# A question before the number: surely one, or one where a question mark follows.
ASKING = re.compile(
    r"^\W*(?:(?:ma|e|and|but|so|ok|scusi|scusa|sorry|hi|ciao|salve)[ ,]+)*(?:(?P<surely>how|whats?|which|"
    r"quant[oaie](?! al?\b)|"
    r"cosa|qual[ei]?|do you|have you|can i|is (?=\d+ (?:the|a|good|bad|best|high|worst|ok))|avete|c'e)|"
    r"posso|possiamo|potete|fate|when|where|why|who|is|are|do|does|did|"
    r"can|could|have|has|got|any|che|quando|dove|perche|chi|ma devo|devo|come)\b"
)
# Words in the plural that follow a rating in words at once and are not counted: "nove bravissimi".
PRAISED = re.compile(
    r"(?:brav|gentil|veloc|precis|puntual|professional|cordial|dispon|effic|lent|pessim|ottim|car[ie]$|"
    r"seri[e]?|affidab|"
    r"competent|simpatic|rapid|onest|carin|fantastic|grandi|super|prezz|temp|cost|attes|pric|delays|"
    r"consigli|miglior)"
)
NO_RATING = re.compile(
    r"(?=[\d€$£+]|(?<!\w)\w)(?:"
    r"\b(?:(?:da|from|between|tra|of|scala|scale) ){1,3}(?:[01]|zero|uno|one) (?:a|to|e|and|-) (?:5|10|100|"
    r"dieci|ten|cinque|five)\b|"
    r"https?://\S+|(?<![\w.+-])[\w.+-]+@\S+|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b(?:24/7|h24|24h)\b|"
    r"\b\d{1,2}:\d{2}\b|"
    r"\b(?:l'|il |dal |dall'|del |dell'|entro il |on )\d{1,2}/\d{1,2}\b|"
    r"(?:\+|\b00)?\d(?:[ ./-]?\d){6,}|\b\d{1,3}(?:\.\d{3})+\b|\b\d+(?:[.,]\d+)? ?%|(?:[€$£]|\beuro|"
    r"\beur) ?\d+(?:[.,]\d+)?|"
    r"\b(?:alle|ore|dalle) \d{1,2}(?:[.:,]\d{2})?|\bat \d{1,2}[.:,]\d{2}|\b\d{1,2}[.](?:00|15|30|45)\b|"
    r"(?<![\d/.,])0\d(?:/\d{1,2})?\b|\b[01] (?:to|a|and|e) (?:5|10|100)\b|"
    r"\b\d{1,2} (?:to|al?|-) \d{1,2} (?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec|gen|mag|giu|"
    r"lug|ago|set|"
    r"ott|dic)[a-z]*|\b\d+ (?!of|out)(?:(?!the |your? |our |my |an? |on |in |for |because |but |and |to |"
    r"from |i?s |was |very )[a-z]+ ){1,2}"
    r"(?:street|st|road|rd|lane|avenue|ave|close|court|gardens)\b|"
    r"\b\d{1,2} ?(?:to|-) ?\d{1,2} (?=like\b)|\b[79] to 5\b|\b\d for \d\b|\b\d{1,2} ?- ?(?:1[1-9]|2[0-4])\b|"
    r"\b\d+[.,](?!00\b|25\b|50\b|75\b)\d{2}\b|(?<![\w(])\d\) (?=[a-z])|\b\d+\(\d+\)|\b7 (?:su|days) 7\b|"
    r"\b(?:numer[oi]|number|no\.?|n\.?|nr\.?) ?(?:1|uno|one)\b|\bcloud (?:9|nine)\b|\bsix of one\b|"
    r"\b\d+[.,]\d{3,}|\bdue (?:parole|righe)|\b(?:an?|"
    r"l')? ?hundred\b(?! percent)|"
    r"\b(?:sei|uno|one) (?:dei|di|delle|of|degli)\b|\b(?:no|every|any|some|this|that|which|the|"
    r"which) one\b|"
    r"\b(?:tra|fra|in|within|dopo|after|da|per|for) \d+ ?(?:gg?|d|h|m)\b)"
)
# A number that is the whole answer, told by its name: "n. 5".
NUMBERED = re.compile(r"\W*(?:n|nr|num|numero|number|no|#)[ .:°]*\d+\W*$")
