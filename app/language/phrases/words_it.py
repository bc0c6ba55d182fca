"""The named sets of Italian words of which the opt-out phrases are made."""

SETS = {
    "NON": "non|nun|nu|no_sta|no_ste|ne",
    "ME": "mi|ci|me|ce|vi|ti|glie|gli|lo|la|li|le|si|se",
    "PIU": "piu|gnente|mai_piu|piu'|cchiu|chiu|ulteriormente|oltre|ancora|altro|nulla|niente",
    # to write, call, send, bother
    "CONTACT": "s[ck]riv*|contatt*|mand*|invi(a|at|er|i|an|ar|o)*|disturb*|romp(e|i|er|et|iat)*|stress*|"
    "cerc(a|at|ar|h)*|"
    "spedi*|import?un*|torment*|assill*|chiam*|telefon*|scocci*|infastid*|molest*|intas*|bombard*|"
    "tempest*|sped*|"
    "mann*|ricontatt*|richiam*|mess?agg(i|ia|iat)*|inoltr*|martell*|perseguit*",
    # the same, of which the mailer is the subject: "non mi scrivete", "s[ck]rivetemi"; not "avete scritto"
    "DO_NOT": "s[ck]riv(ete|ere|i|a|iate|et)|contatt(ate|are|i|a|iate)|mand(ate|are|i|a|iate)|invi(ate|are|i|"
    "a|iate)|"
    "disturb(ate|are|i|a|iate)|romp(ete|ere|i|a|iate)|cerc(ate|are|a|hi|hiate)|stress(ate|are|i)|"
    "assill(ate|are|i)|torment(ate|are|i)|molest(ate|are|i)|scocci(ate|are|i)|importun(ate|are|i)|"
    "considera(te|re)|mann(ate|a)|scass(ate|are|a)|bombard(ate|are)|spedi(te|re|sca|te)|infastidi(te|re)",
    "CALL": "chiam(ate|are|i|a|iate)|telefon(ate|are|i|a|iate)|richiam(ate|are|i)",
    "TO_ME": "(s[ck]riv|contatt|mand|invi|disturb|romp|cerc|stress|assill|torment|molest|scocci|importun|"
    "bombard|spedi|sped|"
    "infastidi|ricontatt|inoltr)(ete|ate|ite|a|er|ar|ir|i|iate|e)(mi|me|ci|ce|melo|mele|meli|mela|cele|"
    "celi|mene|gli|le)",
    "CALL_ME": "(ri)?(chiam|telefon)(ate|a|ar|i)(mi|me|ci|ce)",
    "WISH": "voglio|vogl?io|vojo|vuoglio|voglia|vogliamo|vuole|vuol|vogliono|vorrei|vorremmo|vorrebbe|"
    "desidero|desideriamo|"
    "desidera|desiderano|desidererei|intendo|intendiamo|intende|gradisco|gradiamo|gradirei|gradiremmo|"
    "gradirebbe|"
    "ho_piacere|ho_piu_piacere|abbiamo_piacere|ho_interesse|ho_alcun_interesse|abbiamo_interesse|"
    "preferisco|preferirei|preferiamo|preferiremmo|preferisce|preferirebbe|accetto|accettiamo|autorizzo|"
    "autorizziamo|acconsento|consento|consentiamo|ho_intenzione|abbiamo_intenzione|ho_voglia|ho_bisogno|"
    "abbiamo_bisogno|mi_interessa|ci_interessa|interessa|mi_va|ci_va|mi_serve|servono|serve",
    "WANT": "voglio|vojo|vogliamo|vuole|vuol|vogliono|vorrei|vorremmo|desidero|desideriamo|desidera|"
    "gradisco|gradiamo|gradirei|"
    "accetto|autorizzo|servono|ho_bisogno|abbiamo_bisogno",
    "NEWS": "messagg*|messac*|mess|sms|e_?mail|mail|e?mails|maill?|pubblicita|comunicazion*|newsletter*|"
    "newsleter*|"
    "promozion*|promo|spam|offert*|sondagg*|questionar*|telefonat*|chiamat*|posta|invi(o|i)|pubblicitari*|"
    "messaggini|notific*|avvis*|volantin*|catalog*|contatt(o|i)|solicitazion*|sollecitazion*|inviti|"
    "marketing|whatsapp|"
    "lettere|corrispondenza|materiale|proposte|iniziative",
    "THE": "il|lo|la|i|gli|le|l|un|uno|una|dei|delle|degli|di|del|della|con|co|cu|coi|col|alle|ai|al|allo|"
    "alla|a|sti|ste|sta|sto|"
    "questi|queste|questo|questa|quest|quei|quelle|altri|altre|altra|altro|vostri|vostre|vostro|vostra|"
    "tutti|tutte|"
    "tutto|tutta|tali|simili|ogni|qualsiasi|qualunque|piu|ulteriori|ulteriore|nessun|nessuna|suoi|sue|"
    "tuoi|tue|vs|"
    "il_vostro|fastidiosi|fastidiose|inutili|continui|continue|benedetti|benedette|maledetti|maledette|"
    "cavolo_di|"
    "cazzo_di|roba|vostri_cazzo_di|pubblicitarie|pubblicitari|pubblicitaria|commerciali|promozionali",
    "DATA": "miei_dati|dati|nome|numero|nominativo|indirizzo|contatto|account|profilo|recapito|recapiti|"
    "riferimenti|"
    "anagrafica|scheda|cellulare|telefono|mail|e_?mail|iscrizione|utenza|informazioni|record|nr|"
    "sottoscritt(o|a)|s[ck]rivente|casella",
    "MY": "il|lo|la|i|gli|le|l|un|mio|mia|miei|mie|nostro|nostra|nostri|nostre|suo|sua|suoi|questo|questa|"
    "quest|sto|sta|tutti|"
    "tutte|ogni|dei|del|della|dell|di|da|dal|personali|pure|subito|per_favore|immediatamente|"
    "completamente|vostro|"
    "email|mail|indirizzo|numero",
    "REMOVE": "(s?can?cell?|canzell?|cacell?)*|togl*|toglie*|tolg*|tojet*|rimuov*|rimuo?v*|elimin*|"
    "depenn*|esclud*|"
    "stralci*|disi?s?criv*|desi?s?criv*|disisciriv*|disicriv*|desottoscriv*|lev(a|i|ate|are|at|ano|ar)|"
    "sganci*|cass(a|ate|are)",
    "OFF_ME": "(s?can?c?s?z?el*(a|ate|ar|i|iate|at|et|te|tte|are)|cacn?el*(ate|a)|to(gl|lg)i?(e|ete|er|i|"
    "iate|ie|iete|et|)|tolg(a|ano)|tojete|"
    "rimuo?v(i|ete|er|a|ere)|elimin(a|ate|ar|i)|depenn?(a|ate|ar)|esclud(i|ete|er|ere)|stralci(a|ate|ar)|"
    "lev(a|ate|ar|i)|sganci(a|ate|ar)|dis?i?s?criv(i|ete|er|ere|e)|desi?s?criv(i|ete|er|ere)|disicriv(i|"
    "ete|er)|"
    "cav(a|ate)|tir(ate|a)|bann?ate|blocc(a|ate|ar)|dimentic(a|ate|ar)|scord(a|ate)|escludete)"
    "(mi|ci|me|ce|teci|melo|meli|mela|mele|lo|la|li|gli|vi)",
    "REMOVED": "s?cancell?at(o|a|i|e)|rimoss(o|a|i|e)|tolt(o|a|i|e)|eliminat(o|a|i|e)|disiscritt(o|a|i|e)|"
    "disiscrit(o|a|i|e)|esclus(o|a|i|e)|"
    "depennat(o|a|i|e)|levat(o|a|i|e)|stralciat(o|a|i|e)|disinscritt(o|a|i|e)",
    "REMOVAL": "s?cancell?azion(e|i)|rimozion(e|i)|eliminazion(e|i)|disi?n?s?crizion(e|i)|disiscizione|"
    "deiscrizion(e|i)|"
    "opposizione|desottoscrizione|depennamento|revoca|cancelazione|esclusione",
    "LIST": "list*|elenc*|rubric*|mailing*|database|data_base|archiv*|contatt*|sistem*|indirizzario|"
    "anagrafic*|gruppo|"
    "newsletter|db|crm|chat|giro|broadcast|invi(o|i)|telefono|cellulare|casella|memoria",
    "END": "smett*|smete*|smet*|piant(a|atel|at|ar)*|fini(t|te|tel|ter|r|re|scil|am)|cess*|interromp*|"
    "sospend*|"
    "termin(a|at|ar)*|evit(a|at|ar|i|ere)*|pregasi_di_non",
    "STOP_IT": "smett(ete|etel|e|i|il|er|iamo)?(la|tela|ela|)|smettetel(a|e)|smettila|smettetela|"
    "smetetela|smettela|"
    "piantatela|piantala|finitela|finiscila|dacci_un_taglio|dateci_un_taglio|fatela_finita|falla_finita|"
    "datevi_una_calmata|dacce_n_taglio|piantatla",
    "OBJECT": "mi|ci|miei|sms|messagg*|e_?mail|mail|newsletter|list(a|e)|elenc(o|hi)|rubrica|archivi*|database|"
    "sondagg*|comunicazion*|"
    "pubblicita|numero|nominativo|recapit*|dati|indirizzo|contatto|contatti|invi(o|i)|s[ck]river*|mandar*|"
    "contattar*|questionar*|promozion*|marketing",
}
