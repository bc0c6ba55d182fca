"""How an opt-out is said in Italian, politely, bluntly, formally, misspelt and in dialect."""

from app.language.phrases.words_it import SETS

__all__ = ["LOOSE", "REMOVAL", "SETS", "STOPPING"]

# Already negative in form: a negator before or within belongs to them.
STOPPING = (
    """
    # non scrivetemi più, non mi mandate più niente, nun me scrivete
    non|nun|nu|no <TO_ME> [<PIU>|mai] [niente|nulla|piu]
    non|nun|nu <ME> [<ME>] <DO_NOT> !da|mai|quando|se|come|che [<PIU>] [niente|nulla] {<THE>} [<NEWS>]
    non|nun|nu <ME> <DO_NOT>|<CALL> mai piu
    non|nun|nu <CALL_ME> !prima|dopo|alle|dalle|tra|di|la|il|in|durante|al|domani|oggi|adesso|ora|
        stamattina|stasera|sul|ma [<PIU>]
    non|nun|nu <ME> <CALL> !prima|dopo|alle|dalle|di|la|il|in|durante|al|domani|oggi|adesso|ora|mai|quando|
        da|se|ma [<PIU>]
    no sta|ste|stare|stee {a|pi|piu} (scriv|mand|cerc|ciam|disturb|romp)*
    non|nun|nu [<ME>] <DO_NOT>|<CALL>|<CONTACT> piu|cchiu|chiu
    non|nun|nu <CONTACT> {<THE>} <NEWS>
    non|nun|nu [<ME>] <DO_NOT> piu|altr* {<THE>} [<NEWS>]
    non|nun|nu <ME> <DO_NOT> {<THE>} <NEWS>
    non (dovete|devi|deve|devono|osate|osare|provate|provatevi|provate_a|azzardatevi|permettetevi|
        permettete) [piu] [a|di] [piu] <TO_ME>|<CALL_ME> [<PIU>]
    non <ME> (dovete|devi|deve|devono|osate|permettete|azzardate|provate|permetta|permettere) [piu] [a|
        di] [piu] <DO_NOT>|<TO_ME>|<CALL_ME>|<CALL> [<PIU>]
    di|a|per non <CONTACT> [<ME>] <PIU> [niente|nulla] {<THE>} [<NEWS>]
    di non [piu] <TO_ME>|<CALL_ME> [<PIU>] {<THE>} [<NEWS>]
    di non [piu] (invi|mand|utilizz|usar|inoltr)* [piu] {<MY>} <NEWS>|<DATA>
    evit* [di|pure] <TO_ME>|<CALL_ME>
    evit* {di|pure} (invi|mand)* {<THE>} <NEWS>
    non (invi|mand)*m(e|i)l(a|e|i|o) [piu]
    """,
    """
    # non voglio ricevere, preferirei non essere contattato, non vuole più le vostre mail
    non|nun|nu [ne|si] <WISH> [di|che] {piu|assolutamente|in_alcun_modo|davvero|proprio} ricever(e|i|
        n)* [piu] {<THE>} <NEWS>|<PIU>|<THE>|da|vostr*
    non|nun|nu <WISH> [di] {piu|assolutamente|proprio} ricever* .
    non|nun|nu <WISH> [di] {piu|assolutamente} [essere|venire|venir|venga|esser] {piu|
        ulteriormente} (ri)?(contatta|disturba|chiama|cerca|molesta|importuna|tempesta|infastidi|assilla|
        inseri|sollecita)t(o|a|i|e)
    non|nun|nu <WISH> [di] piu sentir*
    non|nun|nu <WISH> sentirvi [piu]
    non|nun|nu <WISH> [di] [piu] (sentir|saper)* [piu] [parlare] {di|da|piu|niente|nulla} voi|vostr*
    non|nun|nu <WISH> [piu] aver* [piu] {nulla|niente|piu} a che
    non|nun|nu <WISH> [piu] aver* [piu] {<THE>} rapporti|contatti|<NEWS>
    non|nun|nu ne <WISH> [piu] [sapere|sentire] [piu] [nulla|niente]
    non|nun|nu <WISH> [piu] (saperne|averne|sentirne|riceverne) [piu|altr*|nulla|niente]
    non|nun|nu <WISH> {piu} sapere [piu] nulla|niente|piu
    non|nun|nu <WANT> {<THE>} <NEWS>
    non|nun|nu <WISH> {piu|assolutamente} che <ME> [si] <CONTACT>
    non|nun|nu <WISH> [piu] (contatti|contattarmi|scrivermi|essere_in_lista|stare_in_lista|
        far_parte_della_lista|far_parte)
    non|nun|nu [mi|ci] <WISH> (ricevere|leggere|avere|vedere) {piu} {<THE>} <NEWS>
    non|nun|nu [mi|ci] <WISH> piu {<THE>} <NEWS>
    non (e|sono|sia|sono_piu|siamo|siamo_piu|e_piu) {piu|affatto} interessat(o|a|i|e) [piu] [a|
        ad] ricever* {<THE>} [<NEWS>]
    non (e|sono|siamo) {piu|affatto} interessat(o|a|i|e) [piu] {<THE>} <NEWS>
    <WISH> [di] non {piu} ricever* [piu] [niente|nulla] {<THE>} [<NEWS>]
    <WISH> [che|di] non <ME> [si] [piu] <CONTACT>
    <WISH>|di|a|per non [piu] [essere|venire|venir|esser|averne|averci] {piu|ulteriormente} (ri)?(contatta|
        disturba|chiama|cerca|molesta|importuna|infastidi|assilla|inseri|sollecita)t(o|a|i|e) [piu]
    <WISH> non averne [piu]
    chied*|preg*|richied*|domand*|invit*|diffid* [di|vivamente|gentilmente|cortesemente] {di|a|
        dal} non [piu] <CONTACT> [piu]
    diffid* {di|a|dal|la|societa|voi|vostra|dallo|dall} <CONTACT>|inviare|utilizzare|scrivermi|contattarmi
    chied*|preg*|richied*|vorrei di non ricevere [piu]
    per non ricever* piu|altr* {<THE>} [<NEWS>]
    non (serve|occorre|importa|c'?e_bisogno|ce_bisogno|sta) [piu] che <ME> <CONTACT> [altr*|piu|
        ancora] {<THE>} [<NEWS>]
    non (serve|occorre|c'?e_bisogno) [piu] <TO_ME> [altr*|piu|ancora] {<THE>} [<NEWS>]
    inutile [che] [continuare|continuiate] [ad|a] [mi|ci] <CONTACT>
    non continu* {a|ad|pure} <CONTACT>
    non (serve|occorre|importa|c'?e_bisogno|ce_bisogno) [piu] [che] continu* [a|ad] <CONTACT>
    non <WANT> piu niente|nulla|altro
    non gradisco|gradiamo|gradito .
    <DATA> non (va|deve|dev|dovra|puo) {essere|piu|mai} contattat(o|a|i)
    non (usate|utilizzate|usi) {piu} {<MY>} <DATA> (per|a_scopo|a_fini) <NEWS>|marketing|scopi|fini
    non (sono|siamo|e) {piu} (disponibil|dispost)* a ricever*
    (rinuncio|recedo|recesso|rinunciamo|disdico|disdire|disdetta) {a|alla|dalla|della|dal|al|ai|dai|il|la|l|
        servizio} <NEWS>|iscrizione
    non (usate|utilizzate|usi|utilizzi|usare|utilizzare|contattate|disturbate) piu {<MY>} <DATA>|{<THE>}
    non (disturbate|disturbare|importunate|insistete|insistere) {piu|oltre|ulteriormente} .
    non (voglio|vorrei|intendo|devo|dovrei|desidero) {piu} (figurare|comparire|risultare|far_parte|
        essere_presente|stare|esserci) {piu|nei|nelle|nella|nel|in|di|del|della|vostr*|nessun*} <LIST>
    (asten|desist)* {dal|dall|da|di|ulteriormente} [<CONTACT>|ulteriori|<NEWS>|.]
    (faccio|farei|possiamo|posso|facciamo|fate|potete_fare|fare) {volentieri|pure|benissimo|
        tranquillamente} a_meno {di|del|dei|delle|della|<THE>} <NEWS>|<TO_ME>|<CONTACT>
    tenetevi {pure|le|i|vostr*|la|il} <NEWS>
    (levatevi|toglietevi|fuori|uscite) {di|da|dai|dalle} (torno|piedi|scatole|palle|mezzo|coglioni|casella|
        telefono)
    (non_avete|senza|mai_avuto|non_vi_ho_dato|non_do|mai_avete_avuto|niente) {mai|avuto|piu|alcun|nessun|il|
        dato|dare|chiedere|un} {mio|nostro} (consenso|permesso|autorizzazione) {a|per|di} {<CONTACT>|
        marketing|<NEWS>}
    consenso {e|e'|da|ormai|al_marketing|marketing|intende|considerar*} (revocato|ritirato|negato|revocare|
        decaduto)
    (garante_(della_|per_la_|la_)?privacy|stalking|molesti(a|e)|vessazion(e|i)|persecuzion(e|i)|
        bombardamento)
    (intas|bombard|tempest|assill|tormentat|inond|molest|perseguit)(ate|ando|are|a|andomi|andoci)
    (ultima|ennesima|terza|quarta|seconda|decima) volta che (ve_lo|vi_chiedo|lo_chiedo|lo_dico|chiedo_di)
    quante volte (devo|ve_lo|bisogna|vi_devo|lo_devo)
    (stop|basta) (definitiv*|a_tutto|per_sempre|con_voi|davvero|assolut*)
    silenzio (grazie|per_favore|stampa)
    non (acconsento|consento|presto_consenso|do_il_consenso|do_piu_il_consenso) .|a|al|alla|all|piu
    <DATA> {e|e'|va|vanno|dovrebbe|deve} {essere|da|subito|pure} (da_togliere|da_cancellare|da_eliminare|
        da_rimuovere|tolt*|cancellat*|eliminat*|rimoss*) [da|dalla|dal]
    (la|ve_la|che) (smettiate|smettete|smetteste|finiate|finiste|piantaste|piantiate)
    (smettiate|smetteste|finiste|piantaste|interrompeste|cessaste|evitaste) {di|con|a|l|la|il|
        gli} [<CONTACT>|<TO_ME>|<NEWS>]
    (vi|la|ti) (cerco|chiamo|contatto|scrivo|chiamero|contattero|cerchero|scrivero|ricontatto|
        richiamo) io [se|quando|semmai]
    mi (faccio|faro) (vivo|viva|sentire|sentir) io
    sparite|sparisci|astenetevi|desistete|stoppate|stoppatevi .
    non (far|fare|fate|fateci|fatemi|faccia) {piu|mi|ci|mai} (pervenire|arrivare|avere|recapitare)
    non (venga|vengano|siano|sia|vengono|vengo|veniamo|vorrei_essere) {piu|ulteriormente|mi|ci|me|
        stati} (inviat|recapitat|spedit|contattat|mandat|disturbat|utilizzat|usat|chiamat|trattat)*
    (esclud|esenta|esonera|toglie|rimuove|leva)* ..4 (future|prossime|successive|ulteriori|vostre|dalle|
        dagli|dai) {<THE>} <NEWS>
    non [mi|ci] (serve|servono) {<THE>} <NEWS>
    piene|pieni {le|i|gli} (tasche|scatole|palle|coglioni) ..1 {<THE>} <NEWS>
    non <WISH> essere {piu} (destinatari|oggetto|raggiunt|incluso|inclusa|coinvolt)*
    <NEWS> ..4 (ora|adesso|e|mo|quindi) basta .
    (lasciatemi|teneteci|tenetemi|tagliatemi|mettetemi|lasciateci) fuori
    consider* ..4 (revocat|chius|cessat|interrott|annullat|conclus)*
    (ho|vi_ho|abbiamo|vi_abbiamo) (bloccato|messo_nello|messo_in|segnalato) {il|questo|lo|come|
        vostro} (spam|numero|mittente|contatto|indirizzo)
    smetterla|piantarla|finirla|piantiamola|finiamola
    (cancellate|eliminate|togliete|rimuovete|cancelli|elimini|cancella|elimina) (tutto|ogni_cosa|e_basta|
        ogni_mio_dato|qualsiasi_dato|ogni_dato)
    no|non|nn piu {<THE>} <NEWS>
    non (voler|vogliate|vogliano|dover|voglia) {piu|ulteriormente} <CONTACT>|<TO_ME>
    non <WANT> (altro|niente_altro|nient_altro) .|da_voi|grazie
    lasci(ar|ate|are)(la|lo|li|le) in_pace|stare|perdere|tranquill*
    ne (faccio|farei|facciamo|faremmo) {volentieri} a_meno
    (dico|rispondo|scrivo|ripeto|ribadisco|allora|quindi|dunque|sola|dite) stop
    chiudiamola {qui|con} [<NEWS>]
    # i messaggi non li voglio, esimetemi dai messaggi, posso non ricevere
    <NEWS> [che] non [li|le|ne|mi|ci|l|la|lo] (voglio|vogliamo|vuole|interessano|servono|desidero|
        desideriamo|sopporto|sono_graditi|gradisco) [piu]
    <NEWS> [no|non] [li] non_graditi|non_graditt*|indesiderat(e|i)|non_richiest(i|e)|non_desiderat(i|e)
    (esim|esoner|risparmi|evit|dispens|esent|esclud)(e|a|i|iat|et|at|et)*(mi|ci|teci|temi) {<THE>|da|dai|
        dalle|dalla|dagli|vostr*} <NEWS>
    (posso|possiamo|potrei|potremmo|e_possibile|si_puo|faccio_a|si_fa_a|facciamo_a|
        bisogna_fare_per) non {piu} ricever* [piu] {<THE>} [<NEWS>]
    (rott|stufat|stancat|scocciat|seccat|scassat|stressat|nauseat)(o|i|e|a) ..4 (con|co|coi|col|dei|dai|
        dalle|delle|da|di) {<THE>} <NEWS>
    (stuf|stanc|arcistuf)(o|a|i|hi|he) {di|ormai|proprio} {ricevere|leggere|vedere|avere} {<THE>} <NEWS>
    non ne (posso|possiamo) piu {<THE>} <NEWS>
    fine {<THE>} <NEWS> .|per|da|grazie
    non ricever* piu|altr* [niente|nulla] {<THE>} [<NEWS>]
    non (riceva|riceviamo) piu {<THE>} [<NEWS>]
    """,
    """
    # basta con i messaggi, mai più sms, niente pubblicità
    niente {<THE>} <NEWS> .|per_favore|grazie|piu|e
    basta|stop|niente_piu|mai_piu|nessun_altro|nessuna_altra|nessun_altra|no_a|no_ai|no_alle|fine_di|fine_a|
        niente_altri|niente_altre !un|una|uno|solo|anche {<THE>} <NEWS>
    ^ [per_favore|ora|e] no {<THE>} (sms|spam|pubblicita|mail|e_?mail|newsletter|messaggi|pubblicita|
        chiamate|telefonate|promozioni|offerte)
    basta {di|pure|a|con} <TO_ME>|<CALL_ME>
    basta {di|con|a|co} (mandar|inviar|rompere|disturbar|scocciar|stressar|
        tormentar)* [!con] {<THE>} <NEWS>|scatole|palle|coglioni|anima|mail
    basta {di|con} (rompere|disturbar|scocciar|stressar|tormentar|assillar|spammar)*
    basta per_favore|vi_prego|davvero|subito|adesso|ora|grazie|mo .
    ora|adesso|mo|ma|ora_pero|adesso_pero|veramente|davvero basta .
    niente|nulla piu da voi|vostro
    la [volete|vogliamo|vuoi] (smettete|smettere|smetti|piantate|piantare|finite|finire|finiamo|finisci|
        piantiamo)
    lasci?(ate|a|at|aci|ami|atemi|ateci|atece|ateme|armi|arci|a_mi)(mi|ci|me|ce|) {mi|ci|un_po|
        per_favore} in_pace|stare|sta|perdere|perde|tranquill(o|a|i|e)
    lass(at|ate|a)(em|eme|emi|me|mi|ece) {in|un_po} pace|perde|perdere|sta|stare
    mi|ci lasc(i|ia|iate|ino|iano)* in_pace|perdere|tranquill(o|a|i|e)
    non [vi|ti|si] (fatevi|fate|fatemi|faccia|fateci) [vi|piu|mai] [piu] (sentire|vivi|vivo|viva|avere|
        sapere)
    non fatevi {piu} (sentire|vivi|vedere)
    (ho|abbiamo|avevo) [gia] (scritto|mandato|inviato|risposto|digitato|detto) {gia|la_parola|piu_volte|
        due_volte|tre_volte|10_volte|mille_volte|di} stop
    (vi|ti|la) (blocco|bloccheremo|blocchero|segnalo|denuncio_per|metto_in) [come|per|nello|per_lo] [spam]
    non rompet* [piu|!niente] [i|le|l|il|er|el|la|o] [piu] [coglion*|palle|scatol*|cazz*|anima|ball*|
        minchia|ca]
    non (mi|ci|me) romp* [piu]
    non (mi|ci|me) (scocciate|stressate|stufate|scocci|stressare)
    """,
)

# Asking to be taken off: these turn round when negated ("non cancellatemi").
REMOVAL = (
    """
    <OFF_ME> !un|una|il_dubbio|la_curiosita [pure|subito|per_favore|immediatamente|gentilmente] {da|dai|dal|
        dalla|dalle|dallo|dall|vostr*|vs|sta|ste|questa|tutte|tutti|ogni|la|le|i|dei|di} [<LIST>|tutto]
    fa(te|temi|mi|ci) {pure|subito} uscire|sparire|cancellare|togliere|rimuovere|disiscrivere|eliminare {da|
        dai|dal|dalla|dalle|vostr*|questa|sta} [<LIST>]
    (mi|ci|me|ce|li|lo|la) [fate|puo|puoi|potete|potreste|potrebbe|dovete|deve|vogliate|volete|
        fai] <REMOVE> {pure|subito|per_favore|da|dai|dal|dalla|dalle|vostr*|sta|questa} [<LIST>|<DATA>]
    mi disiscr*
    vi|me ne (tolgo|vado) dalla lista
    <REMOVE> {<MY>} <DATA>
    <REMOVE> (mia_moglie|mio_marito|mio_padre|mia_madre|me|noi|mio_figlio|mio_nonno|mia_nonna|mio_suocero|
        mia_zia)
    <REMOVE> {la|l} (mia|nostra) (azienda|ditta|societa|attivita)
    espunge*|espunto {<MY>|vecchio|scrivente|nome} [<DATA>]
    <REMOVE> {pure|subito|questa|quest|la} (iscrizione|utenza|mail|e_?mail|casella|registrazione)
    (cav|tol|lev|scancel|scancell)(e|a|i)(me|mi|mene)
    ^ via {sto|il|mio|quel|questo|la|mia} <DATA>
    <DATA> ..4 (fossero|siano|vengano|sia|venga|fosse|essere|venisse) <REMOVED>
    (mi|ci) (ero|sono|eravamo|siamo) gia <REMOVED>
    (cavate|tirate|levate|togliete|mettete)(me|mi|ce|ci) [via|fuori] {da|dai|dal|dalla|dalle|vostr*|questa|
        sta} [<LIST>]
    <REMOVAL> {dei|del|della|dell|di|<MY>} <DATA>
    <REMOVAL> {da|dai|dal|dalla|dalle|vostr*|questa|<MY>} <LIST>
    <REMOVAL> {immediata|definitiva|totale|completa|subito|urgente|formale}
    (essere|venire|venga|vengo|veniate|sia|siate|siamo|fossi|esser|venir|vengano|siano) {cortesemente|
        subito|immediatamente|completamente|gentilmente|definitivamente} <REMOVED> {da|dai|dal|dalla|dalle|
        vostr*|questa|tutti|tutte|ogni|vs} [<LIST>]
    disi?n?s?criv*|disi?n?s?crit*|desiscriv*|desiscrit*|disi?n?s?criz*|desi?n?scriz*|disisc?riz*|disincriv*|
        disiscirv*|disisciv*|disicriv*|disinscriv*|deiscriv*|unsubscriv*|desottoscriv*
    (uscire|esco|usciamo|uscirei) {pure|subito} da|dai|dal|dalla|dalle {vostr*|questa|sta|questo|
        tutte} <LIST>
    (fuori|via|togliere|sparire|sparite|sparisci|andatevene|uscite) {io|subito|il|mio|numero|nome|noi} da|
        dai|dal|dalla|dalle|dallo {vostr*|questa|mio|mia|miei|sta|la|le|tutte} <LIST>|<DATA>
    (via|fuori|togliete|levate) {subito|pure} {il|la} mi(o|a) <DATA>
    (voglio|vorrei|desidero|preferirei) [il_mio|mio] (numero|nome|nominativo|indirizzo) (fuori|via)
    """,
    """
    # smettetela di scrivere, annullate l'iscrizione
    <STOP_IT> {di|con|subito|pure|per_favore|co|la|immediatamente} [<CONTACT>|<TO_ME>|<CALL_ME>|<NEWS>|
        spam*|stalk*]
    <END> {di|con|a|subito|pure|immediatamente|il|i|le|la} {<THE>} <CONTACT>|<TO_ME>|<CALL_ME>
    <END> {di|con|a|subito|pure|immediatamente|l|il|i|le|la|ogni|gli} {<THE>} <NEWS>|iscrizione
    (annull|interromp|sospend|disattiv|disabilit|cess|termin|blocc|revoc|disd|chiud)* {pure|subito|
        immediatamente} {<THE>|mia|mio} {iscrizione|invii|invio} (iscrizione|<NEWS>|servizio_sms|
        servizio_newsletter|servizio_messaggi|servizio_mail)
    cessi|cessino|cessate {<THE>} <NEWS>|invi*|contatt*
    smettere|smettiate di ricevere {<THE>} [<NEWS>]
    (bloccate|blocca|perdete|perdi|cestinate|buttate|buttare|distruggete|dimenticate|dimentica|scordate|
        stracciate) {<MY>} <DATA>
    (dimenticatevi|scordatevi|dimenticati|dimenticarvi|scordarvi|dimenticate|scordate) {pure|completamente|
        subito} [di|che] (me|noi|esisto|il_mio_numero)
    """,
    """
    # the law
    (revoc|ritir|neg|disconosc)(o|iamo|a|are|hiamo|ato|herei) {<THE>|mio|nostro|espressamente|formalmente|
        con_la_presente|qualunque|precedente} (consens*|autorizzazion*|liberatoria)
    revoca {del|di|dei|mio|mia|ogni|il|al|nostro} consens*
    (mi|ci|si) oppon*
    (oppongo|opporci|oppormi|opporsi) {al|alla|a|formalmente} (trattamento|invio|ricezione|uso|utilizzo|
        marketing)
    diritto {di|all|al|alla|del|dell} (opposizione|oblio|cancellazione|opporsi|revoca)
    (esercit|eserci)* {il|mio|i|miei|nostro} diritt* {di|all|al|alla|previst*|ex|dell} (opposizione|oblio|
        cancellazione|art|artt|articolo|17|21)
    non (autorizz|acconsent|consent)* {piu|affatto|in_alcun_modo} {al|alla|il|la|l|vostro|
        ulteriore} (trattamento|uso|utilizzo|invio|ricezione|conservazione|contatto)
    nego {l|la|il} (autorizzazion*|consenso)
    [iscritto|iscritta] [al] registro {pubblico} {delle} opposizioni
    (cancell|elimin|rimo|rimuov)* {di|tutti|i|dei|<MY>} [miei|nostri] dati
    """,
    """
    (chiedo|richiedo|chiediamo|esigo|pretendo|voglio|vogliamo|vorrei|vorremmo|desidero|desideriamo|
        richiesta_di|domando|sollecito|si_richiede|si_chiede|richiediamo) {formalmente|cortesemente|
        gentilmente|con_la_presente|la|l|nuovamente|mia|nostra|immediata|pertanto|dunque|quindi|subito|
        di_nuovo} <REMOVAL>
    (non_mi_sono|non_ci_siamo) mai iscritt(o|a|i|e)
    (mai|non) [mi|ci] [sono|siamo] iscritt(o|a|i|e) {io|a|alla|alle|al} (nulla|niente|<NEWS>|lista|vostra|
        vostro|voi|nessuna)
    chi vi|ti|l|le ha autorizzat*
    mai dato|autorizzato|prestato|fornito {il|alcun|nessun|mio|un|i|miei} (consenso|autorizzazione|permesso)
    (chiud|disattiv|elimin|cancell)(ete|ere|iate|ate|are|i) {<MY>} (account|profilo|posizione|utenza|
        iscrizione|registrazione)
    (provved|procede|proced)* {a|alla|al|cortesemente|subito|immediatamente|con|pertanto|di} {mia|nostra|
        la} <REMOVAL>|cancellarmi|rimuovermi|eliminarmi|depennarmi|togliermi
    (gradirei|gradiremmo|apprezzerei|attendo|aspetto|prego|urge|serve|confermate|confermatemi) {la|l|mia|
        nostra|conferma|di|avvenuta|della|dell} <REMOVAL>
    andatevene|sparite|sparisci|sparisca|andate_via {dal|dalla|dai} [mio|mia] [<LIST>|<DATA>]
    """,
)

# Words of stopping near words of writing, however they are put: an opt-out perhaps, for a person to judge.
LOOSE = (
    """
    cancell(a|ate|are|i|iate|ino|azione)|togli(e|ete|ere|ermi)|rimuov(i|ete|ere|a|iate)|elimin(a|ate|are|i|
        iate)|disattiv(a|ate|are)|esclud(i|ete|ere)|depenn* ..5 <OBJECT>
    smett(ete|ere|iate|a|e)|piant(a|ate|iatela)|cess(ate|are|i|azione)|interromp*|sospend(ete|ere|a|iate)|
        ferm(ate|are|a) ..5 <OBJECT>
    <OBJECT> ..5 tolt(o|a|i|e)|cancellat(o|a|i|e)|rimoss(o|a|i|e)|eliminat(o|a|i|e)|disattivat(o|a|i|e)
    ^ disattiv(a|are|ate)|rimuov(i|ere|ete) .
    """,
)
