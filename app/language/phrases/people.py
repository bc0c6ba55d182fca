"""Who answers, and in what mood: wrong person, out of office, thanks, abuse."""

from app.language.phrases.notation import word_set

WRONG_PERSON = (
    """
    (numero|persona|destinatari(o|a)|contatto|indirizzo|email|mail|signora|azienda|utente) {e|era|e'|
        completamente|ormai} (sbagliat(o|a)|errat(o|a)|inesistente)
    (avete|hai|ha|avra|avrete|ho_paura_che|credo) {proprio|forse|abbia|abbiate} sbagliat(o|a) {di|
        il} (numero|persona|indirizzo|destinatari(o|a)|azienda|cliente|signora)
    sbagliate (numero|persona|indirizzo)
    non|nn|nun sono (io|la_persona|piu_io|piu_il|piu_la|piu_in_azienda|io_la|io_il|quella_persona|
        il_destinatario|chi_cercate|chi_credete|chi_pensate) [persona|giusta|che_cercate]
    non (sono) (il|la) (signor|signora|sig|titolare|proprietari|intestatari|dott|dottor|responsabile|
        ragionier|geometra)*
    non (sono|siamo) mai stat* {un|una|dei|vostr*} client*
    mai stat* {un|una|vostr*} client*
    non (sono|siamo|e|sia) {affatto|un|una} (vostr(o|a|i)_client(e|i)|client(e|i)_vostr(o|a|i)|client(e|
        i)) !dal|da|piu
    non (lavora|lavoro|e|sono|fa) piu (qui|da_noi|per_noi|per_questa|in_azienda|in_ditta|in_questa|con_noi|
        presso|nostr*|parte|qua|il_referente|il_responsabile|la_responsabile|l_amministratore|
        alle_dipendenze|dipendente)
    non (si_occup|mi_occup|seguo|segue|gestisco|gestisce)* piu (io|di|gli|le|la|il|degli|degli_acquisti|
        quest*|dell*|questo)
    non [lo|la|li] conosc* {alcun*|nessun*} (nessun*|quest*|la_vostra|questa_persona|il_signor*|alcun*|
        questo_nome)
    non esiste {nessun*|qui|piu} (qui|nessun*|alcun*)
    quest(o|a) {non} (e|e'|numero|telefono|mail|indirizzo) {non|e|il|la|un|piu|telefono|numero|mail|
        cellulare|ora|adesso|e'} (di_mi(o|a)|di_mia_figlia|di_mio_figlio|un'?altra_persona|di_un'?altr*|
        telefono_di|numero_di|cambiato_proprietario|mio_da|e_mio_adesso|numero_privato|un_privato|
        abitazione_privata|numero_aziendale|cellulare_di|dell_ex|lo_studio|una_pizzeria)
    (ho|abbiamo) {io|da_poco|appena|preso|solo} (questo_numero|questo_numero_da|ereditato_questo) 
    (qui|questo_e|questa_e) {risponde|non_c_e|non_abita|non_ci_sono|nessun|non} (il_magazzino|la_figlia|
        il_figlio|la_moglie|il_marito|nessun*|piu_nessun*|la_segretaria|un'?altra|nessuno_con|abita|
        non_lavora)
    (parlate|scrivete|rivolgetevi|scriva|rivolgersi|contattate|dovete_scrivere|dovreste_scrivere) {con|a|al|
        alla|piuttosto|invece|direttamente} (mio|mia|collega|nuovo_responsabile|nuova_responsabile|l_altro|
        ufficio_acquisti)
    non sono la_persona|quello|quella giust(o|a)
    (avete|state) {forse} (scrivendo|scambiato|confuso|confondendo) {alla|la|con|mi|a} (persona_sbagliata|
        per_un_altro|per_un'?altra|persona|un'?altra|un'?altro|qualcun_altro|con)
    (sono|parla|qui|risponde) {io|il|la|l|sono|solo|suo|sua} (figli|mogli|marit|segretari|assistent|badant|
        vicin|colleg|nipot|inquilin|portinai|custod)* !vostr*|client* {di|del|della} ..1
    (si_e|si_sono|e) {gia} (trasferit|dimess|licenziat)(o|a|i)
    (azienda|ditta|societa|attivita|negozio) {ha|e|e'|stata|non} (cessat|chius|fallit|vendut|cedut|
        esiste_piu|liquidat)*
    non c'?entro (niente|nulla|io)
    mai (sentit|comprat|ordinat|acquistat|avut)(o|i|a) {niente|nulla|nominar*|parlare|a_che_fare} {da|di|
        con|vi} voi
    non siamo {mai|stati|vostri} (clienti|vostri_clienti)
    non abita piu|qui
    qui (e|e'|siamo|siete) {il|la|lo|l|un|una|al|alla|in} (farmacia|panificio|ospedale|scuola|studio|casa|
        abitazione|ristorante|pizzeria|bar|magazzino|centralino|parrocchia|asilo|albergo|comune)
    cercate|cerchi|cercava|cercavate (mio|mia|un_altro|un'?altra|qualcun) (fratello|sorella|padre|marito|
        moglie|figlio|figlia|collega|altro|suocero)
    questo (e|e') {adesso|ora|da} il mio numero
    non (siamo|sono) {noi|io} (l_azienda|la_ditta|la_persona|quelli|quello|quella|chi) ..2
    sono subentrat(o|a)
    non (segue|gestisce|si_occupa_di|fa) piu {gli|le|i|la|il} (acquisti|ordini|fornitori|ufficio|
        amministrazione|forniture)
    mi (avete|ha|state|sta) (confus*|scambiat*|confondendo|scambiando)
    """,
    """
    wrong (number|person|guy|address|contact|recipient|e_?mail|woman|lady|bloke|man|company|department|mark|
        one|phone|customer|david|john|smith)
    (no_longer|doesnt|does_not|dont|isnt|is_not|not|hasnt) {longer|even|been|actually|have} (works?|worked|
        employed|with_the_company|with_us|at_this|works_here|working|here) {here|for|at|with|this} (here|
        for_us|at_this|for_this|with_us|this_company|anymore|address|for_them|there|company|any_more|firm|
        us)
    (no_longer) (with_us|with_the_company|with_the_firm|employed|responsible|here|works_here|handles?|
        deals?|in_charge|the_buyer|the_contact|at_this|my_number|his_number|her_number)
    (not|isnt) {actually|even} (the_right_person|the_person_you|the_owner|the_account_holder|who_you|
        the_one_you|the_intended|the_person|him|her|his_number|her_number|my_account|mr|mrs|ms|
        your_customer|your_client) !anymore|any_more|since|for
    (youve|you_have|you|u|have|think_youve|must_have|may_have) {got|have|must|just} the wrong
    (you_want|looking_for|try|its) (my|his|her) (brother|sister|father|mother|husband|wife|boss|colleague|
        son|daughter|
        partner|neighbour|dad|mum|mate)
    this is {a|an|the} (pharmacy|chemist|bakery|hospital|private|school|surgery|church|restaurant|pub|hotel|
        taxi|garage|
        library|chip_shop|care_home|switchboard|reception|nursing_home)
    ^ no (\\w+) here .
    this is my number
    (i|weve|ive|who) (took_over|taken_over|have_taken_over|replaced) {from|in|as|her|his|the} [role|may|
        june|january|last]
    not {the_one|the_person} (responsible|in_charge) {for|of|with} ..1
    (has|have|he|she|\\w+) moved to {our|another|a|the|a_different|new} (branch|office|department|company|
        team|role|firm)
    (thats|this_is|its) not (me|mine|my_name|my_order|my_account|our_company|for_me_to)
    (im|i_am|this_is) {just|only|his|her|the|their|a|actually} (daughter|son|wife|widow|carer|assistant|
        secretary|new_tenant|new_owner|housemate|colleague|flatmate|neighbour|pa|receptionist|ex) !of_one
    (no|nobody|no_one|noone) {of_that|by_that|with_that|called|one|named} (name|called|named|here) ..2
    (meant|intended) for (another|someone|somebody|a_different)
    how ..3 (get|got|have|find) {my|this|his|her} number
    (confus|mistak|mix)* (me|us) (with|up|for)
    this {number|is|phone|isnt|email|address|mobile|used_to_be|account|inbox} {is|not|no_longer|used_to|
        isnt|now|has} {a|an|my|his|her|the|to|no} (belongs?|private_number|private_phone|daughters|sons|
        wifes|husbands|mums|moms|dads|work_phone|business_line|house_phone|company_phone|someone_elses|
        different_person|changed_hands|personal_number|residential|landline|chippy|care_home|reception|
        warehouse|school|him|her)
    (never|not|nor) {been|even|actually} (a|your|one_of_your) (customer|client) !since|for|anymore
    (never|not|havent|have_not|didnt|dont) {ever|even|actually|have} (bought|ordered|heard_of_you|dealt|
        used_you|heard_of_your|purchased|shopped) {anything|from|with|your|at} (you|from|this|your|anything|
        with|company)
    (dont|do_not|doesnt|dnt) {even|actually} know (anyone|who|any|anybody|this|your_company|him|her|
        what_this) {this|by|called|you|is|company|that} (is|by|called|are|name|company|person|you|about)
    (got|had|have|inherited) {i|ive|only|just|a|been} (this_number|this_phone|a_new_number|
        given_this_number) {from|recently|last|only|for|a} [week|month|year]
    there {is|s|isnt} (no|no_one|nobody|nobody_called) {here|by|called|of|one} (here|called|name|by_that)
    (theres|there_is) (no|nobody|no_one) ..3 (here|called|that_name|by_that)
    (speak|talk|write|refer|address|contact|forward|ask) {to|with|this|please|you|should|
        instead} (my_successor|my_replacement|my_colleague|the_new_buyer|the_new_owner|my_boss_instead)
    (falsche_nummer|falsche_person|falscher_ansprechpartner|arbeitet_nicht_mehr|nicht_mehr_(im_unternehmen|
        hier|bei_uns)|bin_nicht_(frau|herr)|faux_numero|mauvais_numero|mauvaise_personne|ne_travaille_plus|
        trompez_de|pas_la_bonne_personne)
    """,
)
# What became of a person. Beside an opt-out it only tells why.
GONE = (
    """
    (ha|hanno|ho) (cambiato_(numero|azienda|ditta|datore)|lasciato_(l_azienda|la_ditta|la_societa|il_lavoro|
        l_incarico)|venduto_(l_azienda|la_ditta|l_attivita)|ceduto_l_attivita)
    (e|e'|mio|mia) {andat(o|a)|ormai|purtroppo|gia} (in_pensione|pensionat(o|a)|decedut(o|a)|mancat(o|a)|
        mort(o|a)|venut(o|a)_a_mancare|scompars(o|a)|licenziat(o|a))
    (andat(o|a)_in_pensione|decedut(o|a)|venut(o|a)_a_mancare|non_c_e_piu|passat(o|a)_a_miglior_vita)
    (e|e'|mio_padre|mio_marito|nonno|padre|marito|mamma|moglie|titolare) {e|e'|purtroppo|gia|
        ormai} (mancat(o|a)|mort(o|a)|decedut(o|a)|scompars(o|a))
    (has|have|he|she|ive|i_have|hes|shes|they|recently|who|already) {now|since|recently|left|already} (left|
        quit|retired|moved_on_from|sold) {the} (company|business|firm|organisation|organization|us|last|in|
        practice|job|school|shop|a|to)
    (has|have|he|she|mr|mrs|ms|hes|shes|who|dad|now|ive|\\w+) {now|since|recently|since} retired
    (passed_away|deceased|no_longer_with_us|died|has_passed|late_husband|late_wife|late_father)
    """,
)
OUT_OF_OFFICE = (
    """
    fuori (sede|ufficio|dall'?ufficio|dall_ufficio) !ma|e
    (risposta|messaggio|risponditore) automatic(o|a)
    (sono|saro|saremo|siamo|sara|risulto|mi_trovo|restero|rimarro) {attualmente|momentaneamente|
        temporaneamente|gia|ancora|fuori|in|assente|e} (assent(e|i)|in_ferie|in_vacanza|in_malattia|
        in_maternita|in_congedo|fuori_ufficio|fuori_sede|in_trasferta|in_aspettativa|non_operativ(o|i)|
        in_permesso|in_viaggio_di_lavoro|fuori_italia|in_smaltimento)
    in (ferie|congedo|maternita|vacanza|malattia|trasferta) (fino|dal|sino|e_rientr*|da|per|per_tutto|con)
    assente (dall'?ufficio|dall_ufficio|fino|dal|per|sino)
    (rientrero|rientro_(il|previsto|in|lunedi|martedi|mercoledi|giovedi|venerdi|dal|a|domani)|tornero_(il|
        in_ufficio|operativ*|disponibil*|lunedi|al_lavoro|dal)|al_mio_rientro|al_rientro|saro_di_nuovo|
        torno_(in_ufficio|operativ*|il|lunedi))
    (uffic(i|o)+|azienda|sede|studio|stabiliment*|siamo|negozio|resteremo|saremo|rimarremo|restera|rimarra|
        magazzino|fabbrica) {resta|restera|resteranno|e|sono|sara|saranno|rimarra|rimane|rimarranno|restano|
        la|chiusa|sara_chiusa|sono_chiusi} chius(o|i|a|e) (per|dal|fino|sino|in|al|nel|tutto|da)
    chiusura (estiva|natalizia|aziendale|per_ferie|feriale|collettiva|invernale)
    (non|avro|avro_un|con|ho) {ho|avro|un|potro|possibilita|accesso} (accesso_(limitato|sporadico|
        alla_posta|alle_mail|saltuario|alla_casella)|potro_rispondere|potro_leggere|leggero_la_posta|
        saro_reperibile|consultero|leggere_la_posta|leggero)
    per (urgenze|comunicazioni_urgenti|questioni_urgenti|necessita_urgenti|emergenze) {si_prega|di|
        e_possibile|potete|puo|scrivere|rivolger*|contatt*|prego|pregasi|scriv*|chiamare} (scriv*|contatt*|
        rivolg*|chiam*|di|a|il|al)
    leggero {la|sua|tua|il|vostra|messaggio} (e_?mail|mail|messaggio) al
    (il_mio_indirizzo_e_cambiato|la_sua_e_?mail_non_verra|e_?mail_non_(e|viene)_(presidiat|lett|inoltrat)*)
    """,
    """
    out of [the|my] office
    ooo [until|till|from|this]
    (auto|automatic|automated) (reply|response|responder|message|answer)
    autoreply|autoresponse|autoresponder
    (im|i_am|currently|be|am|is|are|were|we_are|ive_gone) {currently|now|away|be} on {annual|parental|
        maternity|paternity|sick|my|a|extended|medical|family|summer|compassionate|study|holiday|an} (leave|
        vacation|holiday|holidays|sabbatical|business_trip|hols)
    (annual|parental|maternity|paternity|sick|compassionate) leave
    (limited|no|intermittent|sporadic|infrequent|restricted|little|occasional) access to {my|e_?mails?|
        the} (e_?mails?|mail|inbox|messages|internet)
    (will_be|am|im|ill_be|be|i_ll_be|will) {back|be} (back_(on|in_the_office|in|at|from)|away_(from|until|
        on|till|for|this)|returning|unavailable_(until|from|till)|out_(until|till|from)|travelling_(until|
        from|till|and)|reply_(on_my|when_i)|respond_(on_my|when_i|to_your|upon))
    (return|returning|back) (to_the_office|to_work|to_my_desk|in_the_office|from_leave|monday|tuesday) ..2
    (on|upon) my return|returning
    return|returning on
    (office|offices|we|business|shop|factory|company|premises) {is|are|will|be|will_be|now|re} closed (for|
        until|from|between|over|till)
    (for|in_case_of|if) {anything|your|it|is|query|enquiry|matter|matters} urgent {matters|enquiries|issues|
        please|queries} (contact|please|email|call|write|reach)
    (not_being_forwarded|not_be_forwarded|not_monitored|will_not_be_read|is_not_monitored)
    (abwesend|abwesenheit*|nicht_im_(buro|haus|buero)|im_urlaub|bin_wieder_erreichbar|ab_dem_*_wieder|
        absent*_(du|jusqu|de)|absence_du_bureau|en_conges?|de_retour_le|actuellement_absent*|hors_du_bureau)
    """,
)
THANKS = (
    """
    grazie [mille|tante|infinite|di_cuore|di_tutto|davvero|a_tutti|a_voi|ancora|assai|mille_volte|veramente|
        sempre|molte|dal_cuore]
    (grassie|grazzie|graziee*|grazias|grassia)
    [vi|la|ti|le] ringrazi(o|amo|arvi|are|arla|arti) [di_cuore|tanto|molto|davvero|tutti]
    (vi|la|ti) ringrazi*
    grato|grata|grati|riconoscente|riconoscenti !se
    """,
    """
    thank(s|_you|_u|x|yo?u) [so_much|very_much|a_lot|again|a_million|everyone|all|a_bunch|guys|loads|kindly|
        ever_so_much|very_kindly]
    (many_thanks|much_appreciated|cheers|much_obliged|thankyou|thanku|tysm|really_appreciate|i_appreciate|
        we_appreciate|appreciate_it|appreciate_your)
    grateful !if
    ta (mate|love|very_much|to|for)
    appreciate (the|all|your|how|everything|what|that|it)
    (danke|dankeschon|vielen_dank|herzlichen_dank|merci|remercie*)
    """,
)
# Thanks that ask or close, and thank for nothing; the place before and after is looked at.
BARE_THANKS = word_set("grazie thanks thank_you thx merci danke cheers thank ringrazio ringraziamo thankyou")
ABUSE = (
    """
    (ma)?v?af+a*n?cul*|mavaffa*|vaffa*|affancul*|fancul*|stronz*|merd(a|e|o)*|merdos*|coglion*|bastard(o|a|
        i|e)|put+an(a|e|i)*|troi(a|e)|zoccol(a|e)
    caz+[oi]|cazzat(a|e)|cazzon*|incazz*|minkia|minchi(a|at(a|e)|on*)
    rompi(coglion|pall|ball)*
    (rotto|rotte|rompete|rompere|rompi|rompendo) {mi|ci|avete|i|le|il|proprio} (coglioni|palle|cazzo|balle|
        maroni)
    ladr(o|i)|ladron*|truffator*|imbecill*|idiot(a|i|e)|cretin(o|i|a|e)|deficient(e|i)|buffon(e|i)|
        pagliacc(i|o)+|farabutt(o|i)|delinquent(e|i)|pezzent(e|i)|sanguisug*|cialtron*|imbroglion*|
        parassit(a|i)|mentecatt*|somar(i|o)|asin(i|o)|caprone|capre|incapaci|branco_di|massa_di|ignoranti|
        animali|bestie|infam(e|i)|maledett(e|i)|mafios(i|o)|criminali|stupid(i|o)|analfabet*|poveracc*|
        falliti|disgraziati|fetent*|chiavica|vermi
    schifos(i|o|a|e)
    (fate|fai|fa) [davvero|proprio] schifo
    schifezz*
    (andate|vai|vada|andatevene|va) {tutti|pure|un_po|a} (a_quel_paese|al_diavolo|a_cagare|a_farvi_fottere|
        a_quer_paese|all_inferno|a_fare_in_culo|a_cagher|a_dar_via|a_fanculo|a_morire_ammazzat*|
        a_ciapa*_i_ratt*)
    a (quel|quer) paese
    fott*|cagar*|mortacci*|vigliacchi|figli_di_(put*|troia|una|buona)|testa_di_(cazz*|mink*|rapa)|
        teste_di_cazz*|faccia_di|pezz(o|i)_di_(merda|sterco)|mannaggia_a_voi|porc(o|a)_(dio|madonna|puttana|
        miseria)
    """,
    """
    fuck*|f\\*+k*|fck*|fuk*|shit*|sh\\*t*|bullshit*|assholes?|arseholes?|arse|bastards?|scammers?|idiots?|
        morons?|crooks?|thieves|bitch*|wank*|dickheads?|dicks?|pricks?|cunts?|twats?|stfu|imbeciles?|
        scumbags?|scum|liars|clowns?|tossers?|tosser|bellends?|muppets?|arseholes|cowboys|parasites|leeches|
        vermin|robbers|conmen|con_men|con_artists?|fraudsters|swindlers|cretins?|numpt*|wazzocks?|pillocks?|
        gits?|nobheads?|knobheads?|donkeys|ffs|wtf|twits?|bloodsuckers|goons|halfwits?|jackass*|thickos?|
        effing|effin|pissed_off|piss_off|piss_take|bugger_off|sod_off|go_to_hell|screw_you|up_yours|
        get_stuffed|bollocks|crap_company|drop_dead|rot_in_hell|shove_it|shove_your|stick_it_up|
        bunch_of_(crooks|thieves|clowns|idiots|amateurs|cowboys|muppets|jokers|incompetents)|shower_of
    you|youre|your_company {are|is|all|re} a|an [utter|total|absolute|complete|bloody] disgrace
    stupid (people|company|idiots|lot|bunch|cow|man)
    (arschloch|arschlocher|scheiss*|verpiss*|idioten|betruger|abzocker|connards?|enculers?|encules?|merde|
        salauds?|escrocs?|voleurs?|ta_gueule|putain)
    """,
)
