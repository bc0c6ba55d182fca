"""What went wrong, told in Italian: an event (late, broken, no answer, charged twice), not a mere judgement."""

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
)
