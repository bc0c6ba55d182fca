"""The phrases that say what a contact wants, in the normal form (lower case, no accents, "dont" for "don't").

Each intent has its patterns for every language together: people mix languages. `DOUBTFUL` marks an
opt-out that a person should see; it is honoured all the same.
"""

from app.language.vocabulary import Intent

_REMOVE_IT = (
    r"(?:cancel+|can?cell?|toglie?|rimuov|rimuo?v|rimoss|tolg|elimin|depen+|esclud|sganci|"
    r"disi?s?c?ri|desiscri|leva)"
)
_CONTACT_IT = (
    r"(?:scriv\w*|contatt\w*|mand\w*|invi(?:a|o|ar|at)\w*|disturb\w*|romp\w*|stress\w*|cerc(?:a|at|ar)\w*|"
    r"spedi\w*|import?un\w*|tormentat\w*|assillat\w*|chiam\w*|telefon\w*|scocci\w*)"
)
_THEIR_DATA_IT = (
    r"(?:i miei dati|il mio (?:nome|numero|nominativo|indirizzo|contatto|account|profilo|recapito)|"
    r"(?:la )?(?:mia )?(?:mail|e-?mail|iscrizione)|questo (?:numero|indirizzo|contatto))"
)
_NEWS_IT = (
    r"(?:messagg\w*|sms|e?-?mail\w*|pubblicita|comunicazion\w+|newsletter|promozion\w+|spam|offert\w+|"
    r"sondagg\w+|"
    r"telefonat\w+|posta)"
)
_NEWS_EN = (
    r"(?:e-?mails?|texts?|messages?|sms|newsletters?|spam|contact|calls?|surveys?|communications?|"
    r"marketing|mail|ads|mailings?)"
)

REMOVAL = (
    # Asking to be taken off: these turn round when negated ("non cancellatemi", "don't remove me").
    rf"{_REMOVE_IT}\w*(?:mi|teci|ci|rmi|temi|tevi|mene)\b(?: (?:pure|subito|per favore|da\w* \w+ ?\w*|"
    rf"dai \w+))?",
    rf"\bmi (?:{_REMOVE_IT}\w*|disiscriv\w*)(?: (?:da\w*|dai) \w+ ?\w*)?",
    rf"(?:{_REMOVE_IT})\w* (?:pure )?{_THEIR_DATA_IT}",
    r"(?:cancellazione|rimozione|eliminazione) (?:del?l?[aei]? ?|di )(?:mi[oaei]|miei|tutti i miei|"
    r"quest\w) \w+",
    r"(?:(?:chiedo|richiedo|voglio|vorrei|desidero|richiesta di) )(?:la )?(?:mia )?(?:cancellazione|"
    r"disiscrizione|rimozione)",
    r"(?:essere|venire|venga|vengo|sia|siate) (?:cortesemente |subito )?(?:cancellat|rimoss|tolt|eliminat|"
    r"disiscritt|esclus|depennat)\w(?: da\w* \w+)?",
    r"(?:be|get|been|was|being) (?:\w+ )?(?:removed|taken off|deleted|unsubscribed|struck off|"
    r"erased)(?: from (?:your|the|this) (?:\w+ )?\w+)?",
    r"\bdis?iscri(?:v|z|t)\w*|\bdesiscri\w*|\bdisis+criv\w*|\bdisicriv\w*",
    r"(?:remove|delete|erase|take|get|strike|drop) (?:me|us|my (?:\w+ )?(?:data|number|e-?mail|name|"
    r"details|address|info\w*|account|contact)"
    r"|this (?:number|e-?mail|address))(?: (?:off|out|from)(?: (?:of )?(?:your|the|this|"
    r"all) (?:\w+ )?(?:lists?|database|system))?)?",
    r"\bun-?sub?sc?r?i?b?e?[ds]?\b(?: me| us)?|\bunsuscribe\w*|\bun subscribe\b|\bunscribe\b|\bunsub\b",
    r"\bopt(?:ing)?[ -]?(?:me )?out\b",
    r"\bcancel (?:me|my (?:subscription|account|e-?mails?))\b",
    r"stop (?:e-?mail|text|send|contact|messag|writ|call|spam|bother|harass|bug|pester|annoy)\w*(?: (?:me|"
    r"us|this|these))?",
    r"stop (?:with )?(?:the |these |your |all |this )?(?:e-?mails|texts|messages|sms|newsletters?|spam|"
    r"messagg\w*|mail|pubblicita|sondaggi)",
    r"\b(?:smett|piant|fini)\w*(?: subito| pure)? (?:di|"
    r"con) (?:\w+ )?(?:" + _CONTACT_IT + r"|i |gli |le |quest\w )\w*",
    r"\b(?:smettetela|piantatela|finitela|smettila|piantala)\b",
    r"(?:revoco|ritiro|nego|revocare|ritirare) (?:il |ogni |qualsiasi )?(?:mio )?consenso",
    r"(?:withdraw|revoke) (?:my )?consent",
    r"mi oppongo|diritto (?:di|all) ?'?(?:opposizione|oblio|cancellazione)",
    r"(?:voglio|vorrei|desidero|preferisco|posso|fatemi) uscire da(?:lla|i|ll') ?(?:list\w|contatti|"
    r"mailing)",
    r"fuori dalla (?:vostra )?(?:lista|mailing)",
    r"(?:annull|interromp|sospend|disattiv|disabilit|cess|termin)\w* (?:pure |subito )?(?:la |l'|le |gli |"
    r"ogni |mia |vostr[ei] |questi |questo |il )*(?:iscrizione|invi[oi]|comunicazion\w+|messaggi|"
    r"newsletter|servizio (?:sms|newsletter))",
    r"(?:dimentica\w*|bloccate|blocca) (?:mi\b|il mio (?:numero|indirizzo|contatto)|la mia mail)|"
    r"dimenticatemi",
    r"(?:non autorizzo|nego l'autorizzazione|via da(?:lla|lle|i) (?:vostr\w )?(?:list\w|contatti|rubrica)|"
    r"fuori da(?:i|lle|gli) (?:vostr\w )?(?:list\w|contatti|elenchi))",
    r"(?:cease(?: and desist)?|desist|discontinue|end|terminate) (?:all |any |from |my |these |this |"
    r"your |the )*(?:contact\w*|communications?|e-?mails?|messag\w+|texts?|subscription|mailings?|sending|"
    r"writing)",
    r"(?:take|get|remove|strike) (?:my|our|this) [\w ]{0,25}?(?:off|from|out of) (?:your|the|this|all)",
    r"(?:(?:stop|cease|end) (?:it|this|these|that|them|sending)|get rid of my (?:\w+ )?\w+|"
    r"never (?:signed|opted) (?:up|in)\b)",
    r"(?:fatemi sparire|sparire) da\w* (?:vostr\w )?\w+|non mi sono mai iscritt\w",
    r"(?:go away|i want out|get lost|want out)\b",
    r"quit (?:e-?mail|text|contact|send|messag|bother)\w*(?: me)?",
)
STOPPING = (
    # Already negative in form: a negator before them belongs to them.
    rf"\bnon (?:mi |ci |vi permettete di )?(?:\w+mi )?(?:dovete |voglio (?:piu )?(?:che mi )?|vorrei |"
    rf"osate )?(?:piu )?{_CONTACT_IT}"
    r"(?:mi|ci)?\b(?: (?:piu|mai piu|altr[ei]|altro|nulla|niente)\b(?: \w+)?| (?:\w+ )?" + _NEWS_IT + r")",
    rf"\bnon (?:{_CONTACT_IT}(?:mi|emi|ci)|mi (?:scrivete|contattate|mandate|inviate|disturbate|cercate|"
    rf"scrivere|scriva|mandi))\b",
    r"\bnon (?:voglio|desidero|intendo|vorrei|gradisco|ho intenzione di) (?:piu |"
    r"assolutamente )?(?:riceve\w*|essere "
    r"(?:piu )?(?:ri)?(?:contattat\w|disturbat\w|chiamat\w)|sentir\w*|avere (?:piu )?(?:nulla|"
    r"niente) a che)(?: \w+)?",
    r"\bnon (?:voglio|gradisco|desidero) (?:piu )?(?:i |le |gli |altr[ei] |vostr[ei] )*" + _NEWS_IT,
    r"\bpreferi\w+ (?:di )?non (?:piu )?(?:riceve|essere (?:ri)?contatta|essere disturba|"
    r"averne)\w*(?: \w+)?|\bnon riceve\w* (?:piu|altr\w+)(?: \w+)?",
    r"\bnon (?:ne )?(?:voglio|vogliamo) (?:piu )?(?:saperne|sapere (?:piu )?(?:nulla|niente)|"
    r"avere (?:piu )?(?:nulla|niente))(?: \w+)?|\bnon fatemi (?:piu |avere )\w+",
    r"\bfatela finita\b|\bla (?:smettete|piantate|finite)\b|\bdateci un taglio\b|"
    r"\bnon (?:mi )?scocciat\w+|(?:^|[.,!] ?)no (?:sms|spam|pubblicita|mail|e-mail|newsletter|messaggi|"
    r"messages|emails|texts)\b",
    r"\bnon fatevi (?:piu )?(?:sentire|vivi)",
    r"\b(?:mai piu|niente piu|nessun[ao]? altr[ao]|basta (?:con )?(?:quest[ei]|i|le|gli|le vostre|"
    r"i vostri|tutt[ie])?|niente(?: altri| altre)?|no ai|no alle) ?" + _NEWS_IT,
    r"\bbasta (?:scriver|mandar|inviar|con quest|chiamar|contattar|disturbar|cosi\b|per favore|grazie)\w*",
    r"\blasciate?(?:mi|ci) (?:in pace|stare|perdere|tranquill\w)",
    r"\b(?:leave (?:me|us) (?:alone|be|in peace)|lose my (?:number|e-?mail|address))",
    r"\b(?:dont|do not|never|not to|stop) (?:\w+ )?(?:contact|e-?mail|text|write|message|call|bother|send|"
    r"disturb|spam|"
    r"harass)(?:ing)?(?: to)? (?:me|us|anything|any|this|another|more|these|them)\b(?: (?:any ?more|again|"
    r"ever|\w+ " + _NEWS_EN + r"))?",
    r"\b(?:dont|do not|no longer|not|never)(?: \w+){0,2} (?:want|wish|like|care|need|interested in|"
    r"consent)(?: to)?(?: \w+){0,1} "
    r"(?:receiv\w+|be contacted|hear(?:ing)? from|get(?:ting)?|be on (?:this|your|the)|"
    r"" + _NEWS_EN + r")(?: \w+){0,2}",
    r"\b(?:rather|prefer) (?:not|you didnt|you did not|to not) (?:to )?(?:receive|get|be contacted|"
    r"hear from|contact|write|e-?mail|text|be e-?mailed|be texted)(?: \w+)?",
    r"\b(?:wish|prefer|want) not to (?:receive|be contacted|hear)(?: \w+)?|\b(?:dont|do not) bother (?:me|"
    r"us|contacting|writing|texting|e-?mailing)\b",
    r"\b(?:dont|do not) want (?:your|these|this|any(?: more)?|more) " + _NEWS_EN,
    r"\bno more(?: of)?(?: your| these| this)? ?(?:\w+ )?" + _NEWS_EN,
    r"\bno further (?:contact|e?-?mails?|messages?|communications?|texts?)",
    r"\b(?:want|get|let me|would like to be|take me|put me) (?:\w+ )?(?:off|out of) (?:\w+ )?(?:this|your|"
    r"the|all) (?:\w+ )?lists?",
    r"\b(?:enough|done) (?:with |of )?(?:your |these |the )?" + _NEWS_EN,
)
WHOLE_STOP = (
    r"^[\W_]*(?:(?:ok|per favore|please|grazie|allora|ho detto|i said|si|no|basta|ciao|hi|hello|salve|"
    r"buongiorno|scusate|prego|just|and)"
    r"[\W_]+)*(?:stop(?:all)?|basta|unsubscribe|cancel|end|quit|revoke|optout|opt out|annulla|ferma|"
    r"disiscrivi|cancella|fine|"
    r"cancellazione|disiscrizione|unsub|remove|elimina|rimuovi|finitela|no more|enough)(?:[\W_]+(?:ok|"
    r"per favore|please|grazie|thanks|thank you|"
    r"now|adesso|subito|it|this|stop|basta|sms|messaggi|mail|email|emails|texts|all|tutto|gia|cosi|"
    r"davvero|immediatamente|ora|grazie mille))*[\W_]*$"
)

PHRASES: dict[Intent, tuple[str, ...]] = {
    Intent.STAY: (
        r"\b(?:io )?(?:resto|rimango|restiamo|rimaniamo)\b(?! (?:in attesa|a disposizione|delus|male|"
        r"sconcert|allibit|basit|senza|"
        r"colpit|convint|dell|stupit|ferm))(?: (?:volentieri|iscritt\w|con voi))?",
        r"\b(?:voglio|vorrei|preferisco|va bene|mi va di|posso|scelgo di|vogliamo|"
        r"desidero) (?:pure )?(?:restare|rimanere|"
        r"continuare)(?: \w+){0,2}",
        r"\bcontinuat?e?i? (?:pure|cosi a scriver|a (?:scriver|mandar|inviar|tener)\w*)|"
        r"^\W*(?:si,? )?(?:grazie,? )?(?:certo,? )?continuate\b",
        r"\b(?:tenetemi|mantenetemi|tienimi|lasciatemi (?:iscritt|nella|dentro)|reiscriv\w+|"
        r"iscrivetemi)(?: \w+){0,2}",
        r"\bmi piacerebbe (?:restare|rimanere|continuare)|\b(?:sono )?ancora interessat\w",
        r"\bkeep (?:me|us)\b(?! waiting| on hold| from)(?: (?:on|in|posted|subscribed|updated|"
        r"informed)(?: the \w+)?)?|"
        r"\bkeep (?:sending|them coming|it coming|the emails|in touch|emailing|texting|writing)",
        r"\b(?:ill|i will|id like to|i would like to|i want to|happy to|id love to|id rather|i choose to|"
        r"we will|well|glad to) stay\b"
        r"(?: (?:subscribed|on|in))?|^\W*(?:yes,? |ok,? )?(?:please )?(?:stay|staying|"
        r"im staying)\b(?! (?:away|out|off))",
        r"\bcount me in\b|\bim in\b(?=\W*$)|\b(?:sign|add) me (?:back )?(?:up|in)\b|\bstill interested\b|"
        r"\bstay (?:subscribed|in touch)\b",
        r"\bresubscribe\b|\bput me back\b",
    ),
    Intent.LEAVE: (
        r"^\W*(?:(?:ok|si|no|grazie|allora|mah|beh|preferisco)\W+)*\b(?:lascio|lasciare|esco|mollo|"
        r"uscire)\b(?= *(?:$|[.,!;]| grazie| per| perche| la lista))",
        r"\bpreferisco (?:di no|lasciare|uscire|non (?:restare|continuare|rimanere))|\bme ne vado\b|"
        r"\bvado via\b|\bnon resto\b",
        r"\bnon (?:voglio|intendo|mi va di|desidero) (?:piu )?(?:restare|rimanere|continuare)|"
        r"\bno,? grazie\b|\blascio (?:stare|perdere)\b",
        r"\b(?:non|nn) (?:(?:mi|ci) interess\w+(?: piu)?|sono (?:piu )?interessat\w|"
        r"siamo (?:piu )?interessat\w)|\bnessun interesse\b",
        r"^\W*(?:please |ok |no |yes )?(?:i )?(?:leave|leaving|exit)\W*(?:please|thanks|now)?\W*$|\b(?:i|"
        r"we) (?:want|would like|prefer|wish|choose|d like) to leave\b",
        r"\bid (?:like to|rather) (?:leave|not)\b|\b(?:ill|i will) (?:leave|go|pass)\b(?! (?:a|an|you|it|"
        r"the))|\bim (?:out|leaving|off)\b(?! of)|\bwould rather not\b",
        r"\b(?:not|no longer|isnt|arent) (?:really )?(?:for me|interested)\b|\blet me go\b|"
        r"\bno,? thank(?:s| you)\b|\bnot staying\b",
    ),
    Intent.COMPLAINT: (
        r"\breclam\w+|\blamentel\w+|\bmi lamento\b|\bvergogn\w*|\binaccettabil\w+|\bdisserviz\w+|"
        r"\brimbors\w+|\bindecen\w+|\bscandal\w+",
        r"\bnessuno (?:mi |ci |ha |e )*(?:ha )?(?:mai )?(?:rispo\w+|richiama\w+|chiama\w+|avvisa\w+|visto|"
        r"sa )|\bnon (?:mi |ci )?(?:avete |hanno |ha |vi |si )?"
        r"(?:mai |piu |ancora )?(?:rispo(?:nde\w*|sto|st\w)|richiamat\w|avvisat\w|consegnat\w|spedit\w|"
        r"rimborsat\w)\b",
        r"\b(?:sto |stiamo )?ancora (?:aspett\w+|in attesa)|\baspetto (?:ancora|da)\b|\bnon (?:e|sono|"
        r"mi e) (?:mai |ancora )*arrivat\w",
        r"\b(?:arrivat\w|merce|prodott\w|pacc\w|macchin\w|consegnat\w|era|e|tutto|gia|"
        r"si e) (?:\w+ )?(?:rott\w|danneggiat\w|difettos\w|sbagliat\w|ammaccat\w|guast\w)",
        r"\b(?:si (?:e )?romp\w+|si e rott\w|non funzion\w+|fatturat\w (?:due|il doppio|tre)|"
        r"doppia fattura|sempre in ritardo|in ritardo|ritardi\b)",
        r"\b(?:terza|quarta|quinta|ennesima|seconda) volta\b|\bavvocat\w+|\bdenunci\w+|\bpresa in giro\b|"
        r"\bmi avete (?:perso|deluso|preso)\w*",
        r"\bcomplain(?:t|ts|ing)?\b|\bunacceptable\b|\bdisgrac\w+|\brefund\w*|\bmoney back\b|"
        r"\bovercharg\w+|\bcharged (?:me )?twice\b",
        r"\b(?:nobody|no one|noone|never|not|didnt|havent|hasnt|dont|wont)(?: \w+){0,3} (?:answer\w*|"
        r"repl(?:y|ied|ies)|respond\w*|call(?:ed)? (?:me )?back|"
        r"arrived?|deliver\w*|show\w* up|turn\w* up|fix\w*|resolv\w*|got back)\b|\bno (?:reply|response|"
        r"answer)\b",
        r"\b(?:been|kept) waiting\b|\blamentare\b|\bstill (?:waiting|no |not |havent|hasnt|broken)|"
        r"\b(?:arrived?|came|was|is|were|item|product|delivered|always|keeps?|already) (?:\w+ )?"
        r"(?:broken|damaged|defective|faulty|wrong|late|breaking)\b|\b(?:doesnt|dont|didnt|not) work\w*|"
        r"\bstopped working\b",
        r"\b(?:third|fourth|fifth|umpteenth) time\b|\blawyer\b|\bsolicitor\b|\bwrong (?:item|order|part|"
        r"product|size)s?\b|\blet (?:me|us) down\b|\bripp?ed off\b|\bbroke (?:again|after|down)\b",
    ),
    Intent.CALLBACK: (
        r"\b(?:ri)?(?:chiam(?:atemi|ami|arci|ateci|armi|arlo|i)|telefon(?:atemi|ami|armi)|contatt(?:atemi|"
        r"ami|armi|ateci))\b",
        r"\bmi (?:ri)?(?:chiam(?:i|ate|a|ino|asse|aste)|contatt(?:i|ate|ino)|telefon(?:i|"
        r"ate))\b(?! \w+ (?:sempre|ogni))|\bfate?mi (?:ri)?(?:chiamare|contattare|sapere)\b",
        r"\b(?:essere|venire) (?:ri)?(?:contattat\w|chiamat\w)\b|\bsentiamoci\b|\b(?:potete|potreste|puo|"
        r"puoi) (?:ri)?(?:chiamar|contattar|telefonar)\w+",
        r"\b(?:parlare con (?:qualcuno|un |una |il |la )\w*|attendo (?:una )?(?:vostra )?(?:chiamata|"
        r"telefonata))",
        r"\b(?:call|ring|phone|contact) (?:me|us)(?: back)?\b|\bgive (?:me|us) a (?:call|ring|bell|"
        r"buzz)\b|\bget (?:back to|in touch with) (?:me|us)\b|\bcall back\b",
        r"\b(?:reach|catch) me (?:on|at)\b|\b(?:speak|talk) (?:to|with) (?:someone|somebody|a |an |the |"
        r"your )\w*|\bhave (?:someone|somebody|\w+) (?:call|contact|ring)\b",
    ),
    Intent.WRONG_PERSON: (
        r"\b(?:numero|persona|destinatari\w|contatto|indirizzo) (?:e |era )?(?:sbagliat\w|errat\w)|"
        r"\b(?:avete|hai|ha) sbagliato (?:numero|persona|indirizzo|destinatario)|\bsbagliate (?:numero|"
        r"persona)",
        r"\bnon sono (?:io|la persona|piu (?:io|il|la|in azienda|il responsabile|la responsabile)|(?:il|"
        r"la) (?:signor|signora|sig|titolare|proprietari)\w*|mai stat\w (?:vostr|client))(?: \w+)?",
        r"\bnon (?:lavora|lavoro|e) piu (?:qui|da noi|per|in|con|presso|nostr)\w*|\bnon conosco (?:nessun|"
        r"quest|la vostra)\w*|\bha (?:cambiato (?:numero|lavoro|azienda)|lasciato l'azienda)",
        r"\be (?:deceduto|deceduta|mancato|mancata|venuto a mancare|morto|morta)\b|"
        r"\bmai stat\w (?:un )?(?:vostr\w )?client\w|\bquesto (?:non )?(?:e|"
        r"numero) (?:non )?(?:piu )?(?:e |il |di )+\w+ (?:numero di )?\w*",
        r"\bwrong (?:number|person|guy|address|contact|recipient|e-?mail)|\b(?:no longer|doesnt|"
        r"does not)(?: \w+)? (?:works?|with the company|employed|at this)\b|\b(?:has|have|she|"
        r"he)? ?left the (?:company|business|firm)\b",
        r"\bnot the (?:right person|person you|owner)|\b(?:youve|you have|you) (?:got|have) the wrong\b|"
        r"\bthis (?:isnt|is not|number no longer)(?: \w+'?s?)? (?:number|phone|belongs?|him|her)|"
        r"\bpassed away\b|\bdeceased\b",
        r"\b(?:never|not) (?:been )?(?:a|your) (?:customer|client)\b|\bnever (?:bought|ordered|"
        r"heard of you|dealt)\b|\b(?:dont|do not) know (?:anyone|who|any)\b(?: \w+)?",
    ),
    Intent.OUT_OF_OFFICE: (
        r"\bfuori (?:sede|ufficio|dall'ufficio)\b|\brisposta automatica\b|\bmessaggio automatico\b|"
        r"\b(?:sono|saro|saremo|siamo|sara) (?:assent\w|in ferie|in vacanza|in malattia|in maternita|"
        r"in congedo)\b",
        r"\bin ferie (?:fino|dal|sino)|\bassente (?:dall'ufficio|fino|dal)|\b(?:rientrero|rientro (?:il|"
        r"previsto)|tornero (?:il|in ufficio)|al mio rientro)\b|\buffici? (?:\w+ )?chius\w|"
        r"\bchiusura (?:estiva|natalizia|aziendale)|\bil mio indirizzo e cambiato\b",
        r"\bout of (?:the |my )?office\b|\bauto(?:matic|mated)?[ -]?(?:reply|response|responder|"
        r"message)\b|\b(?:im|i am|currently|be|am) (?:currently )?on (?:\w+ )?(?:leave|vacation|holiday|"
        r"holidays)\b|\bannual leave\b",
        r"\b(?:limited|no) access to (?:my )?e-?mails?\b|\b(?:will be|am|im|i'll be|be) (?:back (?:on|"
        r"in the office)|away (?:from|until|on))|\breturn(?:ing)? (?:to the office|on|to work)\b|"
        r"\bon my return\b|\bparental leave\b|\bmaternity leave\b",
    ),
    Intent.THANKS: (
        r"\bgrazie(?: (?:mille|tante|infinite|di cuore|di tutto|davvero|a (?:tutti|voi)))?|\b(?:vi |la |"
        r"ti )?ringrazi\w+",
        r"\bthank(?:s| you)(?: (?:so much|very much|a lot|again|a million|everyone|all))?|\bmany thanks\b|"
        r"\bmuch appreciated\b|\bcheers\b|\bgrateful\b",
    ),
    Intent.ABUSE: (
        r"\b(?:vaf+ancul\w*|fancul\w*|affancul\w*|stronz\w+|merd\w+|coglion\w+|bastard\w*|put+an\w+|"
        r"troi[ae]|caz+[oi]\w*|rompi(?:coglioni|palle|scatole)|"
        r"ladri|ladron\w|truffator\w|imbecill\w|idiot[ia]\w*|cretin\w|deficient\w|schifos\w|buffon\w|"
        r"pagliacc\w|farabutt\w|delinquent\w|andate a quel paese|"
        r"a quel paese|fott\w+|minchia\w*|figli di \w+|incapac\w\b(?= total)|mortacci\w*|va a cagare|"
        r"cagare|andate a \w+culo)\b",
        r"\b(?:fuck\w*|f\*+\w*|shit\w*|bullshit|assholes?|arseholes?|bastards?|scammers?|idiots?|morons?|"
        r"piss off|go to hell|crooks|thieves|bitch\w*|wankers?|"
        r"screw you|dickheads?|pricks?|cunts?|twats?|stfu|imbeciles?|scumbags?|sod off|bugger off|liars|"
        r"clowns|stupid (?:people|company|idiots))\b",
    ),
}
QUESTION_START = (
    r"(?:^|[.!?;:\n,] *|\b(?:ma|e|but|and|salve|buongiorno|ciao|hi|hello|scusate) )(?:quando|come mai|"
    r"come (?:faccio|posso|si|mai|funziona)|quanto (?:cost|tempo|ci)|dov'?e|chi (?:siete|e|sei)|che cosa|"
    r"cosa (?:devo|posso|vuol)|"
    r"qual'? ?e|avete (?:ancora|anche|una|un|il|la|dei|delle)|e possibile|si puo|posso (?:avere|sapere|"
    r"chiedere|ordinare|pagare)|perche (?:mi|non|continuate)|volevo (?:sapere|chiedere)|vorrei (?:sapere|"
    r"chiedere|informazioni|un preventivo)|"
    r"mi (?:sapete|potete|potreste) dire|what(?:s| is| are| do| does| time)|when (?:will|can|do|is|are)|"
    r"where (?:is|are|do|can)|how (?:do|can|much|long|did|does)|why (?:do|did|are|is|am|dont)|"
    r"who (?:is|are)|which|can (?:you|i|we) (?:tell|send|get|have|pay|order|change|confirm)|could (?:you|"
    r"i|we)|do you (?:have|still|sell|offer|ship|deliver)|is (?:it|there) |are (?:you|there) (?:still|"
    r"open|any)|id like to know|i (?:was|am) wondering)\b[^.!?\n]*\??"
)
DOUBTFUL = (
    r"\?|\b(?:se|if|altrimenti|otherwise|unless|magari|maybe|forse|sto pensando|thinking (?:about|of)|"
    r"potrei|might|quasi quasi|"
    r"perche non|why (?:dont|wont|havent|didnt) you|per ora|for now|tranne|except|a parte|but (?:keep|"
    r"not)|ma (?:continuate|non))\b"
)
NEGATORS = (
    r"\b(?:non|mica|mai|ne|senza|not|dont|do not|never|without|no need to|wont|didnt|doesnt|nor|"
    r"isnt|havent|nessun\w?|no)\b"
)
MISTAKE = r"\b(?:per (?:sbaglio|errore)|by (?:mistake|accident)|accidentally|sbadatamente|erroneamente)\b"
WHEN = (
    r",? (?:(?:(?:domani|dopodomani|oggi|stasera|stamattina|lunedi|martedi|mercoledi|giovedi|venerdi|"
    r"sabato|domenica|tomorrow|today|tonight|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|mattina|pomeriggio|sera|morning|afternoon|"
    r"evening|subito|presto|soon|"
    r"al|allo|alle|dopo|prima|dalle|verso|entro|ore|next|on|at|after|before|around|the|le|la|il|in|this|"
    r"questa|prossima|settimana|week|"
    r"per favore|please|am|pm|\d{1,2}(?:[:.]\d{2})?(?:am|pm)?|(?:\+?\d[\d ./-]{6,}\d))\b)(?: |$|(?=\W)))+"
)
