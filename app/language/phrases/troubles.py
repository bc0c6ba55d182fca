"""What went wrong: a complaint names an event (late, broken, no answer, charged twice), not a mere judgement."""

SETS = {
    "BROKEN": "rott(o|a|i|e)|danneggiat(o|a|i|e)|difettos(o|a|i|e)|difettat(o|a|i|e)|ammaccat(o|a|i|e)|"
    "guast(o|a|i|e)|incomplet(o|a|i|e)|marc(i|e)|marcio|marcia|"
    "rovinat(o|a|i|e)|graffiat(o|a|i|e)|incrinat(o|a|i|e)|scheggiat(o|a|i|e)|spaccat(a|e)|sfondat(o|a|i|"
    "e)|bagnat(o|a|i|e)|ammuffit(o|a|i|e)|avariat(o|a|i|e)|"
    "scadut(o|a|i|e)|arrugginit(o|a|i|e)|manomess(o|a|i|e)|scassat(o|a|i|e)|distrutt(o|a|i|e)",
    "WRONG": "sbagliat(o|a|i|e)|errat(o|a|i|e)|divers(o|a|i|e)|inesatt(o|a|i|e)|gonfiat(o|a|i|e)",
    "GOODS": "merce|ordin(e|i)|pacc(o|hi)|prodott(o|i)|articol(o|i)|pezz(o|i)|ricamb(i|o)+|macchin*|"
    "consegn*|spedizion*|bottigli*|"
    "fattur*|bollett*|misur*|tagli(a|e)|colore|modell(o|i)|part(e|i)|cart(o|a|e)n(e|i)|cod(i|e)c(e|i)|"
    "addebit(o|i)|import(o|i)|materiale|material*|"
    "conteggi*|prezz(o|i)|vin(o|i)|collo|colli|bancal*|cass(a|e)|lettura|letture|documenti|dati|iban|"
    "bolla|ddt|fornitura",
    "HAVE": "ho|abbiamo|ha|hanno|avete|avevo|avevamo|aver|avete_mai|hai",
    "WAIT": "aspett*|attend*|attes(a|o|i)|senza|ferm(o|a|i|e)|blocc*|in_ballo|apert(o|a|i|e)|rimand*|"
    "promett*|chied*|sollecit*|cerco|chiam*|"
    "guast(o|a|i|e)|spent(o|a|i|e)",
    "AGO": "giorni|giorno|settiman*|mes(e|i)|ann(o|i)|or(a|e)|gennaio|febbraio|marzo|aprile|maggio|giugno|"
    "luglio|agosto|settembre|ottobre|"
    "novembre|dicembre|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|ieri|natale|pasqua|sempre|tanto|"
    "allora|stamattina|quindici",
    "ANSWER": "rispo(nde*|st(o|a|i|e)|sta|sero|nder*)|richiam*|chiamat(o|a|i|e)|avvisat(o|a|i|e)|avvert*|"
    "ricontatt*|contattat(o|a|i|e)|risolt(o|a|i|e)|"
    "presentat(o|a|i|e)|arrivat(o|a|i|e)|ricevut(o|a|i|e)|consegnat(o|a|i|e)|spedit(o|a|i|e)|rimborsat(o|"
    "a|i|e)|pervenut(o|a|i|e)|sistemat(o|a|i|e)|fatt(o|a|i|e)_viv(o|a|i|e)|"
    "ripar(at|a)(o|a|i|e)|passat(o|a|i|e)|aiutat(o|a|i|e)|ascoltat(o|a|i|e)|informat(o|a|i|e)|restituit(o|"
    "a|i|e)|comunicat(o|a|i|e)|mandat(o|a|i|e)|venut(o|a|i|e)|"
    "sostituit(o|a|i|e)|vist(o|a|i|e)_(arrivare|nessuno|il_tecnico)|preso_in_carico|accreditat(o|a|i|e)|"
    "evas(o|a|i|e)|spiegat(o|a|i|e)|recapitat(o|a|i|e)",
    "TECH": "tecnic(o|i)|corriere|corrieri|operator(e|i)|commercial(e|i)|call_center|assistenza|"
    "servizio_clienti|numero_verde|agente|"
    "centralino|supporto|fornitore|venditore|responsabile|impiegat*|fattorino|montator(e|i)|customer_care|"
    "ufficio",
    # en
    "BAD": "broken|damaged|defective|faulty|smashed|cracked|ruined|soaked|leaking|mouldy|moldy|rotten|"
    "incomplete|dented|scratched|shattered|"
    "torn|expired|bust|corked|rusty|crushed|split|missing|bent|wrecked|spoiled|spoilt|knackered|snapped",
    "MISTAKEN": "wrong|incorrect|different|mistaken|inflated",
    "ITEM": "items?|orders?|parts?|products?|sizes?|colours?|colors?|models?|goods|parcels?|deliver*|"
    "invoices?|bills?|address|amount|price|"
    "charges?|bearings?|thing|stuff|packages?|boxe?s?|details|meter|reading|machines?|bottles?|wine|"
    "dates?|cartridges?|account|bit|bits|"
    "quantity|specs?|kit|units?|tariff|quote|pieces?|spares?",
    "DONE": "answer*|repl(y|ied|ies)|respond*|call*_back|(call|ring|phone|get)_(me|us)_back|called|arriv*|"
    "deliver*|show*|turn*_up|turned|fix*|"
    "resolv*|got_back|get_back|gets_back|came|come|comes|received|sorted|sort|refund*|sent|picked_up|"
    "pick_up|picks_up|follow*|repair*|"
    "explain*|credited|shipped|dispatched|bother*|cared|listen*|acknowledg*|materialis*|processed|"
    "cancelled|collected|honoured|told|warned|phoned|contacted",
    "SINCE": "days|weeks?|months?|years?|hours?|january|february|march|april|may|june|july|august|"
    "september|october|november|december|"
    "monday|tuesday|wednesday|thursday|friday|christmas|easter|ages|forever|fortnight|yesterday|summer",
    "REP": "reps?|engineers?|technicians?|courier|driver|salesman|support|customer_service|helpline|"
    "account_manager|agent|fitter|plumber|"
    "electrician|customer_services|operator|nobody|noone|no_one|your_lot|you_lot|guy|service_desk|"
    "helpdesk|hotline|installer|installers",
}
COMPLAINT = (
    """
    <BROKEN>
    <GOODS> ..2 <WRONG>
    <WRONG> [la|il|le|gli] <GOODS>
    (voi|avete|hanno|ha|avevate|sempre) sbagliat* {di_nuovo|ancora|tutto|completamente|pure|
        sempre} (<GOODS>|la|il|le|a_mandar*|a_fattur*|a_consegn*|indirizzo)
    (si|s) [e] (romp*|blocc(a|o)|bloccat(o|a|i|e)|rott(o|a|i|e)|inchiod*|impalla|pianta|spegne|scolla|
        stacca|inceppa*|smonta|guast*|surriscald*|scarica*)
    (non|nn|nun) [mi|ci|si|s] (funzion*|accende|parte|part(i|e)va|si_accende|accende|va_piu|
        riesco_a_contattar*|riesco_a_parlare|riesco_a_entrare|risponde|rispondete|rispondono|torna*_i_conti|
        corrisponde|scalda|raffredda|apre|stampa|entra)
    (perde|perdeva) (olio|acqua|gas|aria|colpi)
    (mancan?o?|mancava|mancavano|mancat(o|a)|mancante|mancanti) !solo|poco|di [ancora|pure|anche] {la|il|le|
        i|gli|due|tre|un|una|l|dei|delle|meta|rispetto|nota|consegna} (<GOODS>|pezz*|vit(e|i)|istruzion*|
        meta|risposta|rispost*|rispetto|accredito|consegna|guarnizion*|dett*|nota|document*)
    mai {ancora|piu|stat*} <ANSWER>
    (mai|non) {mi|ci|si|vi|ancora|l|le|li|la|ne} (e|sono|si|s|ho|ha|abbiamo|hanno|avete|siete|e') {ancora|
        piu|mai|nemmeno|neanche|stat*|degnat*_di} <ANSWER>
    (nessuno|niente|nulla|nessuna|nessun) {mi|ci|si|e|ha|s|l|ne|vi|mai|piu|ancora|di|loro|voi|che|
        stat*} <ANSWER>
    nessun(o|a)? (rispost(a|o)|avviso|riscontro|rimborso|spiegazione|scuse|notizia|comunicazione|sa_niente|
        sa_nulla|aiuto|soluzione|preavviso)
    senza {alcun|alcuna|nessun|nessuna|un|una|il|le|uno|mai|la|ricevere|avere|che} (rispost(a|o)|avviso|
        preavviso|riscontro|spiegazion*|scuse|avvisare|avvertire|motivo|guarnizion*|pezz*|istruzion*|dirmi*|
        dirci|nessun*_aiuto|comunicazion*|gas|luce|corrente|acqua|riscaldamento|internet|linea|fattura|
        bolla|consegna|esito|successo|risolvere)
    (e|sono|era|stat(o|a|i|e)|arriv*|consegn*|sempre|perennemente|forte|costante|spesso|pure|cronico|
        di_nuovo|ancora|anche) in (forte_|grave_|netto_)?ritardo
    ritard(o|i) {di|nella|nelle|sulla|sulle|della|delle|nei|continui|di_due|di_tre} (consegn*|spedizion*|
        \\d+|due|tre|quattro|cinque|sei|dieci|un|una|giorni|settiman*|mes(e|i)|pagament*|risposte)
    (sto|stiamo|siamo|sono) ancora (aspett*|in_attesa|attendendo|senza|qui_ad_aspettare)
    (aspetto|aspettiamo|attendo|attendiamo) [ancora] {da|un|una|il|la|vostra|risposta|ancora|rimborso} (da|
        ancora|oltre|invano) ..3 [<AGO>]
    ancora (aspetto|aspettando|attendo|niente|nulla)
    (da|dal|dai|dall|sono|e|oltre) {piu|di|oltre|circa|almeno} [\\d+|due|tre|quattro|cinque|sei|sette|otto|
        dieci|un|una|l] <AGO> ..2 <WAIT>
    <WAIT> {il|la|un|una|ancora|sempre|risposta|rimborso|tecnico|gas|luce|corrente|linea|internet|acqua|
        pezzo|merce|ricambio|consegna|riscaldamento|ordine} (da|dal|dai|dall) {piu|di|oltre|circa|almeno|
        quasi|ormai} [\\d+|due|tre|quattro|cinque|sei|sette|otto|dieci|un|una|l] <AGO>
    ci (ha|avete|hanno|mettete|mette|mettono|e_voluto|sono_voluti|sono_volute|e_voluta) {messo|voluto|
        impiegato|quasi|piu|di|oltre|sempre} [\\d+|due|tre|quattro|cinque|sei|dieci|undici|quindici|venti|
        un|una|mezz] (<AGO>|vita|secolo|eternita)
    (\\d+|due|tre|quattro|cinque|sei|dieci|undici|quindici|venti) (giorni|settimane|mesi|ore|telefonate|
        email|mail|solleciti|chiamate|tentativi) (per|di) {avere|una|un|la|il|ricevere|consegn*|rispost*|
        attes*|ritardo|sistemare|risolvere|l} (consegn*|rispost*|attes*|ritardo|avere|ricevere|sistemare|
        risolvere|intervento|preventivo|rimborso|pezzo|capire)
    (dopo|oltre) {piu|di|ben|almeno} (\\d+|due|tre|quattro|cinque|sei|dieci|svariati|vari|varie|numerosi|
        numerose|molti|molte|mille|tanti|infinit(e|i)) {mesi|giorni} (sollecit*|telefonate|mail|email|
        chiamate|reclami|tentativi|richieste|segnalazioni)
    sollecitat(o|a|i|e)|solleciti|sollecito
    """,
    """
    (addebitat|fatturat|prelevat|scalat|pagat|pres|incassat|conteggiat)(o|a|i|e) {un|mi|la|il|l|la_bolletta|
        importo|soldi|le|ho|pure} (due_volte|2_volte|il_doppio|doppi*|tre_volte|in_piu|piu_volte|di_nuovo|
        piu_del|soldi|anche_se)
    (scalat|addebitat|prelevat|fregat)(o|a|i|e) {mi|ci} [\\d+|due|2|tre|i|il|le|la|una] (volt*|euro|\\d+|
        cifra|importo|soldi|cos(a|e))
    doppi(o|a) (addebito|fattura|pagamento|fatturazione)
    (addebit(o|i)|cost(o|i)|import(o|i)|spes(a|e)|fattur(a|e)|consum(o|i)|bollett(a|e)) {e|mai|non|
        sono} (non_dovut*|mai_richiest*|mai_autorizzat*|fantasma|nascost*|ingiustificat*|che_non_dovevo|
        folle|folli|assurd*|spropositat*|stellar*|che_non_mi_torna*|raddoppiat*|inspiegabil*|alle_stelle)
    (avete|hanno|mi_avete|ci_avete|vi_siete|siete) {mi|ci|sempre|pure|solo} (vendut|fregat|truffat|raggirat|
        imbrogliat|ingannat|piantat|abbandonat|delus|preso_in_giro|presa_in_giro|presi_in_giro|mollat|illus|
        dimenticat)(o|a|i|e) !tutto
    (mi|ci) avete (venduto|perso|pers(o|a|i)|lasciat(o|a|i|e)|fatto_aspettare|fatto_perdere|promesso|
        tenut(o|a|i|e)_in_attesa|tenut(o|a|i|e)|cambiato|aumentato|raddoppiato|rovinato|attivato|
        disattivato|staccato|sospeso|bloccato|addebitato|fatturato|scalato|mandato_(un|una|il|la)|
        fatto_pagare|rimbalzat(o|a|i|e)|chiuso|spedito_(un|una|il|la)|messo_giu|trattat(o|a|i|e)_(male|
        come)|cancellato|annullato|spostato) !un_bel|bene
    (preso|presa|prendete|prendere|presi|prende) {mi|ci} in giro|giro
    (ho|abbiamo) dovut* {ri|sempre|io|anche|poi|pure|comunque} (compr|rifar|pagar|chiam|sollecit|aspett|
        rimand|annull|ricompr|sostituir|ripar|arrangi|fermar|rinunci|restituir|reclam|butt|richied|gettar|
        rispedir|fare_tutto|scriver|insist)*
    (da|tutto_da|tutta_da) (buttare|rifare|cestinare) !giu
    (fare|fatto|presentat*|sporg*|aprir*|apert*|inviat*|mandat*|inoltr*|sporto|faccio|formale|ufficiale|
        chius*) {un|una|due|tre|quattro|cinque|piu|diversi|diverse|\\d+|il|la|gia|ennesimo|
        regolare} (reclam*|segnalazion*|lamentel*|ticket|pec|contestazion*|denunci*|diffid*)
    (pers|smarrit)(o|i|a) {un|il|mio|miei|la|mia|mezza|mezz|tutta|tutto|ore|giornata|i|le|due|tre|una|
        intera} (pacco|pacchi|ordine|merce|giornata|mattina|mattinata|ore|ora|giorni|pratica|documenti|
        tempo|pomeriggio)
    nessuno si_e|si {e} (scusat*|degnat*|fatt*|presentat*|ricordat*|mai)
    si (chiude|spegne|riavvia|sblocca|scollega|disconnette) {da} (sol(o|a)|continuamente|sempre|ogni)
    (crash|bugg|freez|impall)*
    (calcolat|installat|montat|compilat|imballat|etichettat|cablat|tagliat|stampat|fatt|tarat|verniciat|
        cucit|scritt|intestat)(o|a|i|e) (mal(e|issimo)|al_contrario|a_un_altr*|storto|sbagliando|coi_piedi|
        storta|alla_ditta_sbagliata)
    (intestat)(o|a|i|e) a (un'?altra|un'?altro|altra|altro|ditta|persona)
    zero (correzioni|risposte|assistenza|scuse|avvisi|riscontri|spiegazioni)
    aspettat(o|a|i|e) {il|la|un|una|tecnico|corriere|pacco|tutto|tutta|in|casa|per|vano|quasi|due|tre|
        quattro|dieci} (tutto|tutta|due|tre|ore|settimane|mesi|giorni|invano|vano|sabato|giorno|mattina|
        pomeriggio|giornata)
    (siamo|oggi_e|e_gia) (a|al) (lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|natale|agosto|
        settembre)
    (alzat|aumentat|raddoppiat|cambiat|modificat|ritoccat)(o|a|i|e) {la|il|i|le|rata|prezzo|prezzi|canone|
        tariffa|contratto|condizioni} senza
    (sa|sapeva|sapevano|sapore|puzza|puzzava|odore) {di|un} (tappo|muffa|aceto|bruciato|marcio|fogna)
    (rigat|graffiat|sporcat|macchiat|rovinat|strappat|ammaccat|allagat|scheggiat)(o|a|i|e) {il|la|le|i|
        tutto|mio|mia} (parquet|pavimento|muro|mobile|porta|divano|cucina|bagno|casa|auto|macchina|tappeto)
    (mangiat|duplicat)(o|a) {l|il|la|mio|un|i} (ordine|pacco|carrello|dati|credito|
        punti|prenotazione)
    (due|tre|quattro|cinque|sei|dieci) (uscite|interventi|telefonate|visite|viaggi|mail) per ..2
    (pagat)(o|a) {il|la|un|una|corriere|spedizione|consegna} (espress(o|a)|rapida|urgente|veloce|
        24_ore) ..2 (arrivat|consegnat|ci_ha|dopo)*
    chius(o|a|i) {tutte|la|il|ticket|pratica|segnalazione} senza {nemmeno|neanche} (leggerl*|risolver*|
        rispost*|dire|avvis*)
    reclami|reclamo|reclamare|lamentel*|mi_lamento|lamentar*|lamentiamo|lamento|contest(o|iamo|azione|are)
    (segnalazion*|ticket|reclam*|pratica|richiest(a|e)|guasto) {e|sono|tutt*|sul|portale|ancora|stat*|da|
        n} (chius*_senza|apert(o|a|i|e)_da*|senza_risposta|ignorat(o|a|i|e)|mai|aperti_da|inevas(o|a|i|e))
    (rivoglio|ridatemi|restituitemi|rendetemi|voglio_indietro|rivogliamo) {i|miei|indietro|il|mio|
        subito} (soldi|denaro|rimborso)
    (esig|preten|aspett|attend|vogl|chied|sollecit|mai_visto|dov_e|voglio|mancat|negat|vorre|serve|
        fat)* {il|un|la|mio|e|o|indietro|ancora|subito|ricevuto|immediato} (rimbors*|nota_di_credito|
        indennizz*|risarciment*)
    rimborso|rimborsi|rimborsat(o|a|i|e) {mai|non|ancora|che|mi|e|negat*|promess*} (arrivat*|promess*|visto|
        vist(o|a|i|e)|rifiutat*|negat*|pervenut*|aspetto)
    nota di_credito
    (avvocat*|vie_legali|azioni?_legal(e|i)|giudice_di_pace|denunci(o|a|amo|ero|are)|
        associazione_consumatori|altroconsumo|arera|agcom|codacons|tribunale|diffid(a|o|iamo))
    (disserviz*|inadempien*|malfunzionament*|mancat(o|a)_(rispetto|consegna|risposta|intervento|recapito|
        accredito|evasione)|inefficienz*|inaccettabil*|guasto|guasti|anomali*)
    (fermo_macchina|line(a|e)_ferm(a|e)|produzione_ferma|impianto_fermo|cantiere_fermo|macchina_ferma|
        fermi_da|macchin(a|e)_ferm(a|e)|tutto_fermo)
    (terza|quarta|quinta|ennesima|sesta|decima|seconda|3|4|2|5) volta
    (spariti|siete_spariti|sparito_nel_nulla|siete_sparit*|scomparsi|vi_siete_dati|dileguat*|
        fatti_di_nebbia) !dal
    <TECH> {che|non|ma|mai|e|poi|si|ci|mi} (mai|non|maleducat*|scortes*|scostant*|irraggiungibil*|
        introvabil*|arrogant*|sgarbat*|incompetent*|sparit*|in_ritardo|al_telefono|cafon*|assente) !male|
        mi_posso
    ore (al_telefono|in_attesa|di_attesa|a_vuoto|in_linea|perse)
    (mezz'?ora|un'?ora|minuti|minuto) {in|al|di} (attesa|telefono|musichetta) 
    (rimbalz|scaricabaril|palleggi|sballott)*
    (continua|continuano|continuate) [ancora] a (fare|dare|perdere|rompersi|bloccarsi|spegnersi|sbagliare|
        addebitarmi|mandarmi_fatture|arrivare_in|non|fatturar*|scaldar*|inceppar*)
    (sotto_la_pioggia|davanti_al_cancello|dal_vicino|per_strada|fuori_dal_cancello|in_mezzo_alla_strada)
    (problem(a|i)|difett(o|i)|error(e|i)|disguid(o|i)|ritard(o|i)|guai|grane|inconvenient*) !risolt*|
        tecnologic* {sempre|continui|ricorrent*|mai|non|con|sulla|sulle|nella|in|nelle|sui|nel|sul|ogni|
        che} (risolt*|fattur*|consegn*|spedizion*|ordin*|bollett*|continu*|ogni|mes(e|i)|da|persist*|
        fornitura|pagament*|mai|dopo|quantit*|misur*)
    (promess|garantit|assicurat|concordat|pattuit)(o|a|i|e) {e|ma|che|poi|mai|non|era|in|invece|entro|per|
        consegna|il|la|un|una} (mai|non|invece|poi_niente|mai_mantenut*|mai_vist*|arrivat*_dopo)
    (non_rispett|disattes|ignorat|mai_mantenut)*
    (l_assistenza_non|il_servizio_clienti_non|nessuno_sa|non_avete_rispettato|non_mantenet*|
        non_avete_mantenuto|non_rispettate|non_mi_avete_(ancora|nemmeno|neanche)|non_ci_avete_(ancora|
        nemmeno|neanche))
    (arrivat|consegnat|recapitat|spedit)(o|a|i|e) {dopo|con|in|una|un|settimana|giorni|mese|mesi|senza|all|
        al|a|meta|solo} (ritardo|dopo|senza|settimana|giorni|mese|mesi|indirizzo_sbagliato|civico_sbagliato|
        meta)
    """,
    """
    complain*|complaint|unacceptable|compensation
    (<BAD>) !link|english
    <MISTAKEN> {bloody|damn|the|size|colour} <ITEM>
    <ITEM> {was|were|is|are|came|still|always|all|it|details} <MISTAKEN>
    (nobody|no_one|noone|never|not|didnt|havent|hasnt|dont|wont|doesnt|isnt|werent|wasnt|arent|
        cant_get_anyone_to|not_once|nothing|neither) {has|have|had|ever|even|bothered|to|one|of|you|they|
        yet|me|us|anyone|your|once|the|it|actually|properly|really|was|been|any|my|a|able} <DONE>
    no {one|further|word|explanation|single|proper} (reply|response|answer|apology|explanation|warning|
        notice|update|refund|refunds|follow_up|credit_note|sign_of|word_since|communication_since)
    (without|with_no|zero) {a|any|so_much_as|even|an|the|proper} (reply|response|answer|apology|explanation|
        warning|notice|heating|power|hot_water|internet|gas|electricity|asking|telling|word|instructions|
        parts?)
    (still|been|kept|im|am|were|always|left|had_to|keep|keeps|be) {on_hold|me|us|and|here|im|i|
        been} (waiting|wait|on_hold|hanging|stuck|chasing|without)
    (waited|waiting) {for|over|nearly|almost|about|more|than|at|least|in|all|from|around|since|an|a|two|
        three|four|five|six|\\d+|ten|the|my|refund|parcel|engineer|technician} (<SINCE>|day|morning|
        afternoon|in|engineer|refund|parcel|hour)
    still {has|have|had|is|i|im|it|havent|hasnt|dont|no|not|the} (no|not|havent|hasnt|broken|nothing|
        missing|waiting|unresolved|unpaid|doesnt|isnt|owe|leaking|making_that|wrong|hasn|outstanding|faulty|
        chasing)
    (arrived?|came|come|comes|delivered|delivery|shipment|order|parcel|always|keeps?|turned_up|turns_up|
        engineer|you|showed_up|parts?|driver|courier|invoice|payment|they) {was|were|is|are|a|two|three|
        very|again|being|day|days|week|weeks|months|hours|\\d+|over|an|so|every|time|month} late !reply
    (keeps?|kept) [on] (logging|signing|kicking|throwing|asking|telling|turning|switching|shutting|closing|
        going|sending|falling|buzzing|beeping|rattling|making) ..2 (out|off|down|wrong|again|down|noise|
        apart|error|errors|the_same|for_the_same)
    (closes|shuts|turns|switches|restarts|logs) {me|itself} (itself|down|off|out) {by|on|randomly|whenever|
        every} [itself|whenever|time|when]
    (missed|skipped|cancelled) {two|three|my|our|the|both|last|every|several|four|a|\\d+} (appointments?|
        deadlines?|slots?|calls|visits?|deliver*|bookings?)
    (remains|remain|remained|sat|been|is) (open|unresolved|unpaid|outstanding|out_of_order|out_of_action|
        down|offline|dead|ignored) (and|since|for|after|with|because|again|all)
    (out_of_order|out_of_action|not_a_peep|not_a_word|no_joy|not_fit_for_purpose|gone_off|went_off|
        fell_apart|falling_apart|came_apart|came_off|fell_off)
    (goes_off|cuts_out|trips|drips|leaks|rattles|overheats|jams|beeps|squeaks) {out|off|again|constantly|
        all} (every|constantly|all|at|when|whenever|each|randomly|like)
    (has|have|had|with|got) (a|an|two|three|huge|big|massive) {huge|big|massive|nasty} (dents?|cracks?|
        holes?|leaks?|scratch*|chips?|faults?|tears?|stains?|rip)
    paid for {the|an} (express|next_day|priority|next|premium|guaranteed) ..5 (took|came|arrived|late|
        tuesday|days|week|later|never)
    (sagged|peeled|warped|faded|shrunk|rusted|snapped|cracked|gave_up|packed_up|conked_out|died_on_me|
        stopped_charging) (after|in|within|on|already) ..2
    (left|leaving) (the|a|my) (gate|door|mess|rubbish|hole|floor|tap|window) ..1 (open|behind|everywhere|
        running|unlocked|in|all)
    (ate|lost|swallowed|cancelled|duplicated) my (order|booking|basket|payment|points|parcel|card)
    (closed|shut|ignored|deleted) (my|the|our) (ticket|case|complaint|query|claim) (without|before|again|
        and)
    (put|putting|hiked|raised|upped) {my|the|our|up} (direct_debit|bill|price|prices|premium|rent|fee|
        fees) ..1 (without|twice|again|with_no)
    (four|three|five|six|several|two|\\d+) (visits|calls|trips|attempts|emails|goes) to (fix|sort|get|mend|
        repair|change|cancel|find|install)
    ordered ..4 (got|received|sent_me|came|arrived|turned_up) ..1
    (doubled|tripled|quadrupled|shot_up|gone_up) ..4 (nobody|no_one|without|no_explanation|why|overnight|
        for_no_reason)
    (nobody|no_one|noone|none_of_you) (can_(tell|explain|help|say|give)|could_(tell|explain|help)|
        will_(help|answer|explain)|seems_to|knows|knew|bothered|ever|cares|turned|came|apologised|told_me)
    quote* {said|was} ..3 (invoice|bill|charged|billed|paid)
    (invoice|bill) {said|says|was} ..3 (quote|quoted)
    (keeps?|kept) {on|it} (breaking|crashing|failing|freezing|dropping|cutting_out|tripping|leaking|
        stopping|going_wrong|losing|sending_me_invoices|jamming|charging|ignoring|overheating|disconnecting|
        getting_it_wrong)
    (doesnt|dont|didnt|not|stopped|wont|never|isnt|isn_t|hasnt) {even|actually|properly|really|been|
        quite} (work|working|worked|start|fit|match|turn_on|function|switch_on|load|print|connect) !here|
        there|at|for_you|for_us|for_them|with|in|any_more|anymore
    (crash|freez|leak|jam)(es|ed|s|e|en|ing) !out|up
    broke|breaks (again|after|down|within|on|twice|the|in|every) ..3
    (third|fourth|fifth|umpteenth|sixth|nth|second|3rd|4th|2nd) (time|attempt|call|complaint|delivery|
        engineer|visit|email)
    (lawyer|solicitor|small_claims|ombudsman|trading_standards|legal_action|court|bbb|ofgem|citizens_advice|
        chargeback)
    """,
    """
    (overcharg|double_charg|mis_?s(old|ell)|short_chang|double_bill|over_bill|overbill)*
    (charged?|billed|charging|took|taken|paid|invoiced|debited|taking|deducted) {me|us|out|the|for|fee|
        money|gym|twice|my|card|account|a|it|\\d+} (twice|double|three_times|again|extra|too_much|more_than|
        for_something|for_a|even_though|without|after_i|late_fee|hidden|a_fortune_for)
    (hidden|unexplained|extra|surprise|unexpected|unauthorised) (charges?|costs?|fees?|payments?|debits?)
    (sold|mis_sold) (me|us) !my
    (want|need|demand|where|get|got|owed|owe|waiting|awaiting|promised|chasing|refused|due|expect|still|no|
        for|process|request|issue|asked) {for|a|my|me|is|the|full|to|an|s|on|your|of|partial|that|
        some} (refund|money_back|compensation|credit_note|reimbursement)
    (refund|credit_note|money) {i|was|me|has|still|never|you|is|been|my} (never|not|now|hasnt|promised|
        refused|denied|hasn|please|owed|back)
    (let|leave|left|leaving) (me|us) (down|stranded|hanging|waiting|high_and_dry|in_the_lurch|without|
        freezing|on_hold)
    (ripp?ed|rip|ripping|stitched|fobbed|palmed|cut|messed|mucked|jerked|strung|passed|fobbing|bounced|
        pushed|given) (me_|us_)?(off|up|around|about|along|from_pillar|from_department|the_runaround)
    (had_to|forced_to|having_to|have_to|end_up|ended_up) {go|and|re|keep|then|always|actually|myself|
        just} (buy|pay|redo|chase|chasing|call|ring|send_it_back|return|wait|replace|cancel|throw|explain|
        repeat|borrow|fix|bin|reorder|sort_it|phone|email|drive|beg|scrap|escalate|paying|buying)
    (took|taken|takes|taking|spent|wasted|lost) {you|them|it|me|us|over|nearly|almost|about|more|than|a|
        whole|another|best|part|of|the|good} (\\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|
        twelve|fifteen|twenty|an|hours?|days?|weeks?|months?|forever|ages|several|half) {and|a|working|full|
        whole|half|an|of} [days?|weeks?|months?|hours?|emails?|calls?|attempts?|hour|minutes|day|visits|
        phone_calls|years?]
    (\\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|several|multiple|countless|numerous|many|
        endless) {unanswered|separate|different|working|whole} (emails?|calls?|attempts?|phone_calls|
        messages|reminders|complaints|chasers) {and|later|before|to|with|unanswered|but|i|still|
        since} (later|nobody|no|nothing|still|before|unanswered|to|ignored|and)
    (ignored|ignoring|ignores|ignore) {my|our|me|us|all|every|by|everything|for|the|completely} (me|us|
        emails?|calls?|complaints?|requests?|messages?|weeks|months|your|questions?)
    (raised|logged|opened|lodged|filed|made|making|submitted|put_in|register|raise|lodge) {a|an|two|three|
        four|several|multiple|\\d+|the|many|formal|another} (cases?|tickets?|complaints?|disputes?|fault|
        faults|claims?)
    (tickets?|cases?|complaint|claim|query|issue|dispute) {is|was|still|been|has|all|got|
        remains} (open_(since|for)|closed_(with|without)|ignored|unanswered|unresolved|outstanding)
    (left_in_the_rain|gone_quiet|gone_silent|radio_silence|hung_up_on|cut_off|hung_up|put_the_phone_down|
        went_quiet|went_silent|gone_awol|no_show|nowhere_to_be)
    (rude|abrupt|unhelpful|dismissive|arrogant|useless|incompetent|condescending) {and|to|as|young|little|
        bunch|on|your|the} (staff|<REP>|person|man|woman|lad|girl|manager|people|me|us|phone|member|
        customer)
    (<REP>|staff|manager) {was|were|is|are|who|that|so|really|very|extremely|incredibly|never|just} (rude|
        abrupt|unhelpful|dismissive|arrogant|useless|incompetent|condescending|shouted|late|clueless|
        ignored)
    (hours?|minutes|mins) {waiting|spent} (on_hold|on_the_phone|in_a_queue|in_the_queue|listening_to)
    (promised|agreed|guaranteed|assured|told) {delivery|me|us|a|it|by|on|that|would|the|next|day|and|but|
        callback|call|refund|someone|be} (never|nothing|didnt|wasnt|but_no|still|hasnt|failed)
    (failed|failure|refus|neglect)* to (deliver|reply|respond|refund|honour|fix|show|turn_up|call|answer|
        arrive|meet|provide|help|resolve|collect|acknowledge|install|repair)
    (mistakes?|errors?|problems?|issues?|faults?|delays?|trouble) {with|on|in|again|every|after|to|of|my|
        our|your|the|constant|billing} (every|invoices?|orders?|bills?|delivery|deliveries|billing|
        unresolved|again|payments?|installation|software|boiler|machine|never|and_no)
    (lost|losing|loses|misplaced) {you|my|our|the|it|half|of} (order|orders|parcel|paperwork|package|file|
        returns?|shipment|documents|luggage)
    (nine|eight|seven|six|five|four|three|two|half|one) {of|them|the|were|it|arrived|bottles} (smashed|
        missing|broken|short|cracked)
    (beschwerde|beschweren|reklamation|reklamier*|kaputt|defekt|verspatet|nie_angekommen|nicht_angekommen|
        erstattung|reclamation|rembours*|casse*|en_retard|jamais_(recu|arrive*|repondu)|en_panne|defectueu*)
    """,
)
