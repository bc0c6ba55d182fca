"""How an opt-out is said in German and in French, in the usual ways."""

SETS = {
    # German: news, verbs of contacting and of removing
    "POST": "nachricht*|sms|e_?mail*|mails?|newsletter*|werbung|werbe*|post|umfrage*|anruf*|infos?|spam|"
    "info_?mails?",
    "KEINE": "keine|keinerlei|kein|keinen|nie|niemals|nicht|nichts",
    "MEHR": "mehr|weitere(n|r)?|weiterhin|wieder",
    "MEIN": "meine(n|m|r|s)?|mein|unsere(n|m|r|s)?|die|den|das|diese(n|r|s)?|alle|der|dem|ihrem|ihrer|"
    "eurer|eurem|von|aus|vom|sofort|bitte",
    "DATEN": "daten|nummer|adresse|e_?mail*|namen|kontakt*|handynummer|telefonnummer|konto|eintrag|"
    "mail_?adresse|newsletter|"
    "liste|verteiler|datenbank",
    # French
    "MAIL": "messages?|sms|e?_?mails?|courriels?|newsletters?|pub|publicites?|sollicitations?|textos?|"
    "spams?|"
    "communications?|enquetes?|sondages?|appels?|courriers?|mailings?|promotions?|infolettres?|offres|"
    "demarchage|publipostage",
    "MON": "mon|ma|mes|notre|nos|cette?|ce|le|la|les|l|de|des|d|du|vos|votre|toutes?|tous|vos",
    "DONNEES": "donnees|numero|adresse|e?_?mail|nom|coordonnees|compte|contact|courriel|inscription|"
    "abonnement|fiche",
    "ECRI": "ecri(r|v|t|z)*|ecrive*|contact*|appel*|envoy*|derang*|harcel*|sollicit*|importun*|telephon*|"
    "relanc*|spam*|embet*",
}
STOPPING = (
    """
    <KEINE> {<POST>|<MEHR>|von_ihnen|von_euch|solche|solchen|diese|ihre|eure|werbliche(n|
        r)?} <POST> [<MEHR>]
    ^ [bitte] keine <POST>
    (nicht|nie|niemals|nichts) {<MEHR>|von_ihnen|an_mich} (kontaktier*|kontaktiert|schreib*|anschreib*|
        anruf*|angeschrieben|angerufen|schick*|send*|belastig*|anmail*|zusenden|zuschicken|erhalten|
        bekommen|horen|wissen|kontaktieren)
    (kontaktieren|kontaktiert|schreiben|schreibt|schreib|schicken|schickt|senden|sendet|rufen|ruft|
        belastigen|nerven|mailen) {sie|ihr|mir|mich|uns|bitte|an} (nicht|nie|keine|nichts|niemals) <MEHR>|
        <POST>|an
    (schreiben|kontaktieren|schicken|senden|belastigen) (sie) (mir|mich|uns) {bitte|gefalligst} (nicht|nie|
        keine)
    (lassen|lasst|lass) {sie|mich|uns|bitte|mir} (in_ruhe|in_frieden)
    (mochte|mochten|will|wollen|wunsche|wunschen|moechte) {ich|wir|von_ihnen|ihre|eure|solche|diese|
        bitte} <KEINE> {<POST>|<MEHR>|von_ihnen|solche|ihre} (<POST>|<MEHR>|kontaktiert|erhalten|bekommen|
        horen)
    (kein_interesse) an {ihren|ihrem|weiteren|euren|solchen|dem} <POST>
    (genug|schluss) {jetzt|mit|von|den|diesen|ihren} <POST>
    """,
    """
    ne|n (me|m|nous|lui|les|veux|veut|voulons|souhaite|souhaitons|souhaitant|desire|desirons|accepte) {plus|
        pas|recevoir|etre|jamais|avoir|de|desormais} (<ECRI>|recevoir|contacte*|<MAIL>|vos) [plus|jamais|
        pas] {<MON>} [<MAIL>]
    ne|n (me|m|nous) <ECRI> {plus|pas|jamais|rien}
    ne plus|pas {jamais} (recevoir|etre|me|m|nous|avoir) {<MON>} (<MAIL>|<ECRI>|contacte*|recevoir|derange*|
        sollicite*)
    (veux|souhaite|voudrais|desire|prefere|demande|prefererais) {de|a} (ne) {plus|pas} (recevoir|etre|avoir|
        que)
    (m|me|nous) <ECRI> plus
    (envoyez|ecrivez|contactez) plus {rien|de}
    plus (aucun|aucune|de|d|jamais|un_seul) {<MON>} <MAIL>
    (je|j|on) (veux|souhaite|desire) plus {recevoir|de|d|vos|ces|etre|rien|<MON>} (<MAIL>|recevoir|
        contacte*|de_vous)
    ^ [merci|svp|et] pas|aucun|aucune {de|d} <MAIL>
    (laissez|laisse|foutez|fichez) {moi|nous|donc|m|moi_la} (tranquilles?|en_paix|la_paix)
    (stop|arret|arretez|halte|assez|marre|fini|basta) {aux|a|avec|de|des|d|les|ces|vos|ca} <MAIL>
    """,
)
REMOVAL = (
    """
    (abmeld*|abgemeldet|austrag*|ausgetragen|abbestell*|abbestellt)
    (melden|meldet|tragen|tragt|melde|trage) (sie|ihr|mich|uns) {mich|uns|bitte|sofort|umgehend|von|aus|der|
        dem|dieser|ihrem|ihrer|newsletter|verteiler|liste} (ab|aus)
    (losch*|loesch*|entfern*|streich*|vergess*) {sie|bitte|sofort|umgehend} (mich|uns)
    (losch*|loesch*|entfern*|streich*|nehmen|nehmt) {sie|bitte|mich|uns} {<MEIN>} <DATEN>
    <MEIN> (daten|nummer|adresse|eintrag|e_?mail_?adresse|handynummer) {bitte|sofort|umgehend|zu|aus|ihrer|
        datenbank} (losch*|loesch*|entfern*|gelosch*|streich*)
    (loschung|loeschung|streichung|sperrung) {meiner|unserer|der|aller|personenbezogenen} (daten|nummer|
        adresse)
    (widerruf*|widersprech*|widerspreche|widerspruch) {ich|hiermit|der|die|meine|meiner|gegen|jeder|
        jegliche(n|r)?|weiteren} (einwilligung|verarbeitung|nutzung|werb*|daten*|speicherung|zusendung|
        kontakt*|zustimmung)
    hor(en|t|) {sie|ihr} {endlich|bitte|sofort} auf [mit|mir|mich]
    aufhoren {mir|mich|mit}
    (will|mochte|moechte) {ich|bitte} (raus|weg|aus) {aus|von|der|dem|ihrer|diesem} (verteiler|liste|
        newsletter)
    """,
    """
    des?_?(in|a)scri(v|r|t|p)*|desi?nscri*|des_?abonn*|desabo|desinscription|desabonnement
    (retir|supprim|effac|enlev|radi|ray|otez|ote)* {moi|nous|m|me|s|il|vous|plait|svp|merci|
        de} {<MON>} (<DONNEES>|listes?|fichiers?|base|moi|bases)
    (retirez|supprimez|enlevez|effacez|radiez|rayez|desinscrivez|retire|enleve|supprime|otez) (moi|nous)
    (suppression|effacement|radiation|retrait|droit_d?_?_?opposition|droit_a_l_oubli) {<MON>|
        personnelles} (<DONNEES>|listes?|fichiers?|consentement)
    (retire|retirons|revoque|revoquons|annule) {<MON>} (consentement|accord|autorisation)
    (m|nous) oppos(e|ons|er) [au|a]
    (arret|cess|stopp)(ez|er|e|es) {de|d|s|il|vous|plait|svp|tout|immediatement|tous|les|vos|ces|ca|
        merci} (<ECRI>|<MAIL>|me|m|nous)
    (arretez|cessez) {ca|tout|donc|maintenant|merci|svp} .
    droit (d|a|de) (opposition|l_oubli|l_effacement|effacement|retrait)
    (veux|souhaite|voudrais|aimerais) {etre|me|m} (desinscri*|desabonn*|retire*|supprime*|sortir|radie*|
        raye*|enleve*)
    """,
)

LOOSE: tuple[str, ...] = ()
