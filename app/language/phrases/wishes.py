"""Wishes other than an opt-out: to stay, to leave, to be called, to know something."""

import re

STAY = (
    """
    [io] (resto|rimango|restiamo|rimaniamo) !del|dell|della|in_attesa|a_disposizione|delus*|male|sconcert*|
        allibit*|basit*|
        senza|colpit*|convint*|dell*|stupit*|ferm*|scettic*|perpless*|sorpres*|amareggiat*|al|a_bocca|
        di_stucco [volentieri|iscritt*|con_voi|dei_vostri|in_lista|cliente]
    (voglio|vorrei|preferisco|va_bene|mi_va_di|posso|scelgo_di|vogliamo|desidero|desideriamo|mi_piacerebbe|
        intendo|intendiamo|decido_di|felice_di|contento_di|preferiamo|preferirei|ci_tengo_a) {pure|ancora|a|
        di|essere} (restare|rimanere|continuare|seguirvi|riceve*|iscritt(o|a)) {ancora|a|in|con|voi|lista|
        le|vostre|i|vostri|iscritt*|offerte|messaggi|mail|newsletter|contatto}
    ^ [si|certo|ok|grazie|ma_si|certamente|volentieri] (continuat(e|i)|continui|mandate|mandatemi|
        mandatemele|scrivetemi|inviatemi) [pure|cosi]
    continu(at|i|a|t)e?i? {pure|cosi} a (scriver|mandar|inviar|tener|aggiornar|informar|seguir|contattar|
        spedir)*
    continuat(e|i) pure|cosi|volentieri .
    (tenetemi|mantenetemi|tienimi|mi_tenga|mi_tenete|tenermi|teneteci|mi_tenere|mantenermi|lasciarmi|
        lasciatemi|lasciateci|mi_lasci|mi_lasciate|conservatemi) {pure|sempre|ancora|volentieri|
        anche} (iscritt*|nella|in|dentro|informat*|aggiornat*|nell|tra|fra|presente|al_corrente|li|
        dove_sono|cosi|con)
    tenetemela|tenetemele|tenetemeli
    reiscriv*|riscrivetemi|iscriv(etemi|imi|ermi)|riattivat(e|i)mi|reinserit(e|i)mi|rimettetemi
    (sono|siamo|resto|ancora) ancora interessat*
    (sono|resto|restero|rimarro|rimango|sempre) [sempre|ancora] (con_voi|dei_vostri|vostr(o|a)_client*|
        client*_fedel*|fedel*)
    non vi (abbandon|lasci|moll|tradisc)*
    (non_vado_via|non_vado_da_nessuna_parte|ci_sono_ancora|sono_sempre_qui)
    non perdiamoci di_vista
    (si|certo|ok|volentieri|d_accordo) resto|rimango|restiamo
    leggo (sempre|volentieri) [le_vostre|tutto|i_vostri]
    """,
    """
    keep (me|us) {please} !waiting|on_hold|from|off|out (on|in|posted|subscribed|updated|informed|
        in_the_loop|on_the_list|here|signed_up) {the|your|mailing} [list|loop]
    keep (sending|them_coming|it_coming|em_coming|the_e?mails|in_touch|e?mailing|texting|writing|
        up_the_e?mails|going|those_coming|on_sending)
    (ill|i_will|id_like_to|i_would_like_to|i_want_to|want_to|happy_to|id_love_to|id_rather|i_choose_to|
        we_will|well|glad_to|wed_like_to|prefer_to|like_to|going_to|love_to|wish_to|wanna|id_prefer_to|
        pleased_to|delighted_to|would_like_to|content_to) (stay|remain|carry_on|keep_receiving|keep_getting|
        continue|be_kept|stick_around|stick_with) [subscribed|on|in|with_you|receiving|put|signed_up]
    ^ [yes|ok|sure|yeah|yep|yes_please|of_course] [please] (stay|staying|im_staying|stay_in|keep_going|
        carry_on|keep_me) !away|out|off
    (leave_me_on|keep_em_coming|count_me_in|still_interested|stay_subscribed|stay_in_touch|stay_on|
        put_me_back|resubscribe|
        re_subscribe|stay_on_the_list|remain_subscribed|sticking_with_you|sticking_around|
        not_going_anywhere|not_leaving|still_want_(them|it|these|the|to_receive|your)|still_a_customer|
        still_your_customer)
    (sign|add) me (back|up|in|again) [up|in]
    im in .
    (ich_bleibe|bleibe_gerne?|mochte_bleiben|gerne_weiter|weiterhin_erhalten|je_reste|je_souhaite_rester|
        continuez)
    """,
)
LEAVE = (
    """
    ^ [ok|si|no|grazie|allora|mah|beh|preferisco|io|preferirei|scelgo_di|guardi|direi] (lascio|lasciare|
        esco|mollo|uscire|abbandono|passo|rinuncio|declino) !la_parola|a|in|un|il|che|perplesso|
        correre [gentilmente|grazie|pure|stare|perdere]
    (declino|decliniamo|declinare|rinunciamo|passiamo_la_mano)
    (preferisco|preferirei|preferiamo) (di_no|lasciare|uscire|non_restare|non_continuare|non_rimanere|
        non_proseguire|evitare|soprassedere|chiudere|lasciar_perdere)
    (me_ne_vado|vado_via|non_resto|vado_altrove|me_ne_sono_andat*|ce_ne_andiamo|tolgo_il_disturbo|addio|
        a_mai_piu|vi_saluto_tutti|non_ci_rivedremo)
    (qui|ci|vi) [ci] (salutiamo|saluto) .
    (ho|abbiamo) chiuso con voi|[con_voi]
    con voi (ho|abbiamo) chiuso
    chiud(o|iamo) qui|il_rapporto
    non (voglio|intendo|mi_va_di|desidero|vogliamo|intendiamo) {piu} (restare|rimanere|continuare|
        proseguire)
    no grazie
    no [la|vi|ti] ringrazi*
    lasci(o|amo|ate) (stare|perdere)
    non|nn|nun [mi|ci|m|c|me] (interesso|interessa|interessano|interessate) [piu|grazie]
    (non|nn) (sono|siamo|e|sarei) {piu|affatto|al_momento|per_ora} interessat*
    nessun interesse
    non (fa|fate|e) [piu] (per_me|al_caso_mio|per_noi)
    non (ho|abbiamo|ci_serve|mi_serve|ne_ho|ne_abbiamo) {piu} (bisogno|necessita) [di_voi|
        dei_vostri_servizi|grazie]
    non [ne] (ho|abbiamo) [piu] bisogno
    (ora|adesso|momento|oggi) no [grazie]
    ^ (per_ora|per_adesso|al_momento|per_il_momento|ora_come_ora) no|passo
    (ci_avvarremo|si_avvarra|avvarremo|ci_affideremo|ci_siamo_affidati) di|a|ad altr*
    (auguriamo|auguro) {vi} buon (lavoro|proseguimento)
    arrivederci e grazie
    (passo_la_mano|finisce_qui|la_chiudo_qui|finiamola_qui|buona_fortuna|tanti_saluti|saluti_e_baci)
    non (rinnov(o|iamo|ero|eremo|eranno)|proseguo|proseguiremo|proseguiamo|continuo|continuiamo|torno_piu|
        torneremo) {piu} [il_contratto|con_voi]
    (ci_siamo|mi_sono|ci_stiamo) (rivolti|rivolto|rivolta|affidati|affidato|orientati|organizzati) {gia|
        ora} (a|ad|verso|altrove|diversamente)
    (ho|abbiamo) (scelto|preso|trovato) {gia} un altr* (fornitore|ditta|azienda|operatore|gestore|
        palestra) !per
    (scelgo|decido|ho_deciso|abbiamo_deciso) di (lasciare|uscire|andare|chiudere|non_continuare|
        interrompere)
    """,
    """
    ^ [please|ok|no|yes|i|ill|yeah] (leave|leaving|exit|goodbye|good_bye|bye_bye|farewell) .
    (i|we) (want|would_like|prefer|wish|choose|d_like|have_decided|decided|chose) to (leave|go|part_ways|
        move_on)
    (id|ill|we_will|i_will|well|id_rather) (like_to_leave|rather_leave|rather_not|leave|go|pass|
        give_it_a_miss|rather_not_continue|pass_thanks) !low|lower|higher|you|it|a|an|the|for|to|back|ahead|
        with|there|into|through|him|them|put|say|give|score|rate|answer
    (im|were) (out|leaving|off|done|done_with_you) !of|on|to|a|at|the|here|until|until|for|with|next|
        this [thanks|now|sorry]
    (would|id|wed) rather not .
    (not|no_longer|isnt|arent|never) {really|for|very|at_all|currently} (for_me|for_us|interested) [thanks|
        anymore|sorry]
    let me go|no_interest
    no thanks|thank_you|thx|ta|ty
    (not_staying|not_today|not_at_this_time|not_right_now|not_for_now|no_need_thanks|dont_need_it|
        dont_need_you)
    (appointed|gone_with|going_with|moved_to|switched_to|chosen|found|signed_with) {have} (another|
        a_different) (operator|provider|supplier|company|firm|vendor)
    wish you (every_success|all_the_best|well)
    (respectfully|politely|kindly|must|have_to|i|we|will) declin*
    (no_longer|dont|not) {really|have_any|any} (need|require|needed) {of|for} (you|your|it|them|
        the) [services?|products?|anymore]
    (kein_interesse|nein_danke|nicht_interessiert|pas_interesse*|non_merci|pas_interessee?|je_pars|
        je_quitte)
    (part_ways|call_it_a_day|say_goodbye|moving_on|this_is_goodbye|so_long)
    (im|were|we_have|weve|we|ive|have|i|has) {have|all|now} (gone_elsewhere|going_elsewhere|
        gone_with_(someone|another|a)|found_someone_else|taken_our_business_elsewhere|moved_on)
    gone with (someone|somebody) else
    ^ (nah|no|nope) (youre_alright|im_alright|im_fine|were_fine|you_re_ok|not_really|not_this) [thanks|ta]
    (were|we_are|im|i_am|all) (sorted|set|covered|suited|fine|good|ok|okay) (for_now|thanks|ta|already|
        as_we_are|where_we_are)
    (going|go|gone|went|sticking) with (a|another|someone|our|my|the) (local|different|new|other|current|
        existing|else) ..1
    (shant|wont|will_not|shall_not|not_going_to) {be|we|i} (needing|need|renewing|renew|continuing|continue|
        returning|require|requiring|proceeding|taking_this|taking_you|carrying_on|coming_back)
    (its|thats|it_is|still|sorry) a no !brainer|problem
    (decided|chosen|choose|prefer|opted) not to (continue|renew|proceed|carry_on|go_ahead|stay|return)
    (parting|part) (company|ways)
    (call_it_quits|bow_out|bowing_out|my_goodbyes|say_goodbye|draw_a_line|end_of_the_road|
        throw_in_the_towel)
    not (this_year|this_season|now|just_now|at_the_moment|at_present|today) [thanks|thank_you|ta|sorry]
    ill (leave_it|give_it_a_miss|skip_it|sit_this_one_out)
    ^ (nah|nope|pass|no_ta|im_good|were_good|were_sorted|all_sorted|count_us_out|cheerio|bye|bye_then|
        signing_off|im_out) .
    (not_this_time|not_for_now|maybe_another_time|some_other_time|no_plans_to|wont_be_(renewing|back|
        returning|coming_back|using_you|ordering|needing)|taking_(our|my)_business|had_our_fill)
    (leave_it|leave_things) (there|at_that|here)
    thanks but no thanks
    (closing|ending) {my|our} (account|relationship|membership|subscription)
    (thank_you|thanks) but (no|not|we|im|i|weve|ive) ..2 (no|not|gone|sorted|going|moved|found|closed|
        leaving|done)
    (thats|its|it_is) a no (from|for) (me|us)
    """,
)
CALLBACK = (
    """
    (ri)?(chiam(atemi|ami|arci|ateci|armi|arlo|iamoci|ateme)|telefon(atemi|ami|armi|ateci)|contatt(atemi|
        ami|armi|ateci|arci))
    (mi|ci|me) [fate|puo|puoi|potete|potreste|potrebbe|faccia|fai|faccia_pure|fa|
        fatta] {pure} (ri)?(chiam(i|ate|a|ino|asse|aste|are|ar)|contatt(i|ate|ino|are|ar)|telefon(i|ate|are|
        ar)) !mai|sempre|ogni|solo
    (puo|potete|potreste|potrebbe|puoi|vorrei|gradirei|desidero|chiedo|aspetto|attendo|attendiamo|gradita|
        volevo|preferirei) {essere|di|che|una|un|la|vostra|sua|vs|il|gradita|cortese} (ri)?(contattat(o|a|i|
        e)|chiamat(o|a|i|e)|telefonata|chiamata|chiamar*|contattar*|telefonar*|richiamo|ricontatto|
        colpo_di_telefono)
    (essere|venire) (ri)?(contattat(o|a|i|e)|chiamat(o|a|i|e))
    (potete|potreste|puo|puoi|potrebbe) {far|farmi|farci|fare} (ri)?(chiamar|contattar|telefonar)*
    (sentiamoci|ci_sentiamo|risentiamoci|sentirci) [al_telefono|per_telefono|telefonicamente|domani|lunedi|
        martedi|mercoledi|giovedi|venerdi|in|nel|la|dopo]
    (parlare|parlarne|parlarvi|spiegare|spiegarvi|discuterne|sentirci) {direttamente|di_persona|pure|
        un_attimo} (con_qualcuno|con_un|con_una|con_il|con_la|col|con|a_voce|al_telefono|telefonicamente|
        per_telefono) [responsabile|operatore|commerciale|tecnico|persona|umano]
    (datemi|dammi|mi_date|mi_dia|fatemi|fateci|fammi|mi_faccia|mi_fate) {un|una|uno} (colpo|squillo|
        chiamata|telefonata|sapere|chiamare|contattare|richiamare|ricontattare|chiama|chiamata)
    se (serve|occorre|volete|vuole|vuoi) {di} (parlarne|sentirci|parlare)
    (fare|fammi_fare|fatemi_fare|fate|faccia|fatto) uno squillo
    (quando|appena|se) {avete|potete|puo|vuole|volete|ha|un|minuto|attimo|riuscite} (chiamate|chiami|chiama|
        telefonate|chiamatemi)
    (meglio|preferisco|preferirei|preferibile) (sentirsi|sentirci|parlarsi|parlarne|vedersi|
        vederci) [a_voce|al_telefono|di_persona]
    (vorrei|vorremmo|serve|desidero|gradirei|chiedo) un (appuntamento|incontro|contatto|colloquio|
        richiamo) {con|telefonico} ..2
    (attendo|aspetto|gradirei|gradita|vorrei|resto_in_attesa_di|chiedo|volentieri) {una|un|la|vostra|sua|di|
        vs} (chiamata|telefonata|richiamo|contatto_telefonico|colpo_di_telefono|appuntamento_telefonico|
        essere_(chiamat|contattat|ricontattat)*)
    (chiamate|chiami|chiama|telefonate|telefoni) {pure} (mia_moglie|mio_marito|in_ufficio|al|allo|dopo|
        domani|lunedi|martedi|mercoledi|giovedi|venerdi|il_mio|la_mia|mio_figlio)
    (al_telefono|telefonicamente|a_voce) (e_meglio|sarebbe_meglio|preferisco|meglio|ne_parliamo)
    (meglio|preferisco|preferirei) {al|una|per|sentirci|parlarne} (telefono|telefonata|voce|telefonicamente)
    sono (reperibile|raggiungibile|contattabile|rintracciabile) {al|allo|il|dalle|dopo|solo|anche|tutti|
        domani|sempre|la|in} [mattina|pomeriggio|telefono|giorni|numero]
    (se|quando|che) (mi|ci) (ri)?(chiama|chiamate|chiamasse|contatta|contattate|telefona|telefonate) {luca|
        il|la|un|qualcuno} [spiego|domani]
    (fate|faccia|far) (chiamare|chiama|telefonare|richiamare|contattare)
    (potrebbe|potete|puo) qualcuno (ri)?(chiamar|contattar)*
    """,
    """
    (call|ring|phone|contact|buzz|bell|telephone) (me|us) !names|a|when_you [back] [on|at]
    (give|gimme|drop) (me|us) {a|an} (call|ring|bell|buzz|shout|tinkle|phone_call|callback|call_back|phone|
        line)
    (get|got) (back_to|in_touch_with|hold_of) (me|us)
    (call_?back|callback|ring_back|a_call_back|call_me_back|phone_back)
    (ring|call|phone|contact)s (me|us)
    (reach|catch|get|contactable|available|reachable|free) {me|us} (on|at|by_phone|for_a_call|to_talk|
        to_chat|for_a_chat|to_speak)
    (speak|talk|chat|discuss|spoken) {this|it|directly|things|about|that} (to|with|over|by|on) (someone|
        somebody|a|an|the|your|you|phone|real|human|sales|manager|anyone) [phone|person|human|manager|rep]
    (have|get|ask|can|could|would|will|let|tell) {please|can} (someone|somebody|\\w+|your|a|the|one_of_your|
        sales) {rep|manager|to|team|from|person|engineer|sales|please|of|your|him|her|guys|people} (call|
        contact|ring|phone|telephone|buzz) (me|us|back)
    (prefer|rather|like|better|easier|best|happy|good|want) {to} {discuss|this|talk|have|a|speak|be|it|
        do} (by_phone|over_the_phone|on_the_phone|a_call|a_phone_call|called|a_chat|a_quick_call|phoned|
        a_callback)
    (appreciate|welcome|want|like|need|expect|expecting|await|awaiting|arrange|schedule|book|prefer|
        request) {a|your|to|quick|brief|phone|have} (call|call_back|chat|phone_call|callback|call_from)
    (best|good|easiest) (time|way|number) to (call|reach|ring|phone|catch|get_hold_of) [me|us]
    (call|ring|phone) (the_office|my_wife|my_husband|the_shop|my_mobile|our_office|the_number|the_house|him|
        her|anytime|any_time|after|before|tomorrow|this|on|at) !it|me|us|them
    a (call|chat|phone_call|callback|quick_call) (would|might|please|from|tomorrow|next|on|after)
    (please|pls) (call|ring|phone) !it|off
    phone call please
    (have|get|send) (a|an|the|your) (rep|engineer|manager|salesman|account_manager|sales_rep|
        technician) {to} (call|ring|contact|visit|phone|come)
    (call|ring|phone) (when|whenever|anytime|if) (you|u|convenient|possible)
    (a|have) word with (your|someone|somebody|the|you|whoever)
    (like|want|need|love) (someone|somebody) {from|your|sales|team} to (talk|walk|explain|speak|discuss|
        go_through|help) ..3
    (can|could|would) (your|a|one_of_your|someone|somebody|the) (rep|salesman|engineer|manager|agent|
        adviser|advisor) (pop|come|visit|drop|swing)
    (rufen_sie_mich|ruckruf|zuruckrufen|ruft_mich|rappele(r|z)*|appelez_moi|rappelez_moi|me_rappeler|
        etre_rappele*)
    """,
)
# The day and hour that belong to a call-back.
WHEN = re.compile(
    r",? (?:(?:(?:domani|dopodomani|oggi|stasera|stamattina|lunedi|martedi|mercoledi|giovedi|venerdi|"
    r"sabato|domenica|"
    r"tomorrow|today|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mattina|pomeriggio|"
    r"sera|morning|"
    r"afternoon|evening|subito|presto|soon|al|allo|alle|dopo|prima|dalle|verso|entro|ore|next|on|at|after|"
    r"before|around|"
    r"the|le|la|il|in|this|questa|prossima|settimana|week|per favore|please|am|pm|pomeriggio|cena|pranzo|"
    r"lunch|"
    r"half|six|five|four|three|two|\d{1,2}(?:[:.]\d{2})?(?:am|pm)?|(?:\+?\d[\d ./-]{6,}\d))\b)(?: |$|"
    r"(?=\W)))+"
)

# A question without its mark: it begins a clause and asks for something.
QUESTION = (
    """
    ^ [ma|e|salve|buongiorno|ciao|scusate|scusi|buonasera|pronto|senta|sentite|per_favore|invece] (quando|
        come_mai|dov|dove|chi) (riaprite|aprite|arriva|consegnate|posso|si|siete|e|sei|trovo|potete|mi_puo|
        sara|apre|spedite|finisce|scade|ha|devo|chiudete|passate|inizia|faccio|scrivo)
    ^ [ma|e|salve|buongiorno|ciao|scusate|scusi|buonasera|senta] come (faccio|posso|si|mai|funziona|devo|
        fate|va_fatto|mi)
    ^ [ma|e|salve|buongiorno|ciao|scusate|scusi|buonasera] quant(o|i|a|e) (cost|temp|ci|punt|vien|e|e'|dura|
        devo|sarebb|pag|pezzi)* ..3
    ^ [ma|e|salve|buongiorno|ciao|scusate|scusi] (che_cosa|cosa|che) (devo|posso|vuol|succede|significa|
        serve|fate|vendete|orari|orario|prezzo|costa)
    ^ [ma|e|salve|buongiorno|ciao|scusate|scusi] (qual|quali) (e|sono|orari*|prezz*)
    ^ [ma|e|ciao|salve|buongiorno|scusate|scusi|per_caso] (avete|fate|vendete|spedite|consegnate|
        siete) {ancora|per_caso|gia|anche} (anche|un|una|il|la|i|le|dei|delle|del|aperti|chiusi|disponibili|
        spedizioni|consegne|sconti|disponibilita|ricambi|in_zona|qualcosa|sempre_aperti) ..4
    ^ [ma|e|ciao|salve|buongiorno|scusate] (si_puo|e_possibile|posso|potrei|possiamo|c_e_modo) (avere|
        sapere|chiedere|ordinare|pagare|cambiare|passare|ricevere|modificare|usare|spostare|prenotare|fare|
        rinnovare)
    (volevo|vorrei|volevamo|vorremmo|avrei_bisogno_di) {solo|anche|gentilmente|cortesemente} (sapere|
        chiedere|chiedervi|informazioni|un_preventivo|informazione|capire_se|avere_informazioni|
        qualche_informazione)
    ^ [ma|e|scusate|ciao] a che (ora|prezzo|punto) ..3
    ^ [ma|e|scusate|ciao] (devo|dobbiamo|bisogna|serve) ..3 o ..3
    (mi|ci) (sapete|sa|sai|potete|potreste|puo|potrebbe|puoi) {gentilmente|cortesemente} (dire|indicare|
        confermare|spiegare|mandare_il_listino|mandare_un_preventivo)
    """,
    """
    ^ [and|but|hi|hello|hey|so|also|btw|sorry|ok|just_wondering|quick_question] (what|whats|when|where|
        wheres|how|hows|who|whos|which) (is|are|do|does|did|will|can|could|would|should|much|long|many|time|
        s|was|were|if|soon|often|about|you|ur|r|your|the_price|price|day|days) ..4
    ^ [and|but|hi|hello|hey|so|also|btw|sorry|ok] (can|could|may) (you|i|we|u) {please|also|just} (tell|
        send|get|have|pay|order|change|confirm|ask|still|use|see|explain|check|let_me_know|return|swap|
        give_me_a_quote|buy|book)
    ^ [and|but|hi|hello|hey|so|also|btw|sorry|ok] (do|does|did) (you|u|your|anyone|the|this|it) ..1 (have|
        still|sell|offer|ship|deliver|do|stock|take|accept|open|include|cover|make|come|know)
    ^ [and|but|hi|hello|hey|so|also|btw|sorry|ok] (is|are|r) (it|there|you|u|this|the|your) ..2 (still|open|
        any|possible|a|available|anonymous|free|closed|included|valid|real|going|anyone|in_stock|delivering)
    ^ [hi|hello|and|but] (wots|wats|whats|wot|wat|wen|ware|do_i|do_we|am_i|are_we|is_it|does_it|does_the|
        will_you|will_it|have_you|has_the|any_chance|any_news|is_my|is_the|are_the|can_it|can_the) ..5
    ^ [but|so|and] why (do|did|are|is|am|dont|have|has|would) ..4
    (id_like_to_know|i_was_wondering|i_am_wondering|just_wondering|wondering_if|i_wonder_if|want_to_know|
        wanted_to_ask|would_like_to_know|like_a_quote|please_advise|let_me_know_if|let_me_know_when|
        let_me_know_the) ..4
    ^ (wann|wo|wie|wer|was|warum|haben_sie|gibt_es|quand|comment|combien|pourquoi|qui_etes|avez_vous|
        est_ce_que) ..4
    """,
)
# Asked about leaving itself: an opt-out and a question both.
HOW_TO_LEAVE = re.compile(
    r"\b(?:come (?:faccio|posso|si fa|mi|devo|ci si|si)|how (?:do|can|to|would|should)|where (?:do|can|"
    r"is)|dove (?:mi|posso|devo|si)|"
    r"wie kann|wo kann|comment|is there a way|c'?e (?:un|il) modo|what do i)\b"
)
