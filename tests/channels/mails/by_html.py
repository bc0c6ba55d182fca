# ruff: noqa: E501
"""Mails of HTML alone: what marks a quotation is a class, an id, a line of colour or a blockquote."""

from tests.channels.mails.build import OURS_HTML, Example, html

_WHO = 'Officine Rossi &lt;<a href="mailto:info@officinerossi.example">info@officinerossi.example</a>&gt;'
_HEAD_IT = (
    f"<b>Da:</b> {_WHO}<br>\n<b>Inviato:</b> lunedì 3 novembre 2025 10:12<br>\n<b>A:</b> Mario Bianchi "
    "&lt;m.bianchi@ditta.example&gt;<br>\n<b>Oggetto:</b> Ci manchi"
)
_HEAD_EN = (
    f"<b>From:</b> {_WHO}<br>\n<b>Sent:</b> Monday, November 3, 2025 10:12 AM<br>\n<b>To:</b> Mario Bianchi "
    "&lt;m.bianchi@ditta.example&gt;<br>\n<b>Subject:</b> Ci manchi"
)
_CITED = f"<blockquote type='cite'>{OURS_HTML}</blockquote>"

HTML: tuple[Example, ...] = (
    html(
        "html: gmail web",
        "<div dir='ltr'>Nove, <b>davvero</b> bravi</div><br><div class='gmail_quote gmail_quote_container'><div dir='ltr' "
        f"class='gmail_attr'>Il giorno lun 3 nov 2025 alle ore 10:12 {_WHO} ha scritto:<br></div><blockquote "
        f"class='gmail_quote' style='margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)'>{OURS_HTML}</blockquote></div>",
        "Nove, davvero bravi",
    ),
    html(
        "html: gmail on a phone, with signature",
        "<div dir='auto'>Otto</div><div dir='auto'><br></div><div dir='auto' class='gmail_signature'>Mario Bianchi<br>Tel 0422 1</div>"
        f"<br><div class='gmail_quote'><div dir='ltr' class='gmail_attr'>Il lun 3 nov 2025, 10:12 {_WHO} ha scritto:<br></div>"
        f"<blockquote class='gmail_quote'>{OURS_HTML}</blockquote></div>",
        "Otto",
    ),
    html(
        "html: gmail, between the lines",
        "<div dir='ltr'><div class='gmail_quote'><div dir='ltr' class='gmail_attr'>Il giorno lun 3 nov 2025 alle ore 10:12 "
        f"{_WHO} ha scritto:<br></div><blockquote class='gmail_quote'><p>quanto consiglieresti Officine Rossi a un amico?</p>"
        "</blockquote><div>Sette</div><blockquote class='gmail_quote'><p>Vuoi essere richiamato? Disiscriviti</p></blockquote>"
        "<div>No grazie</div></div></div>",
        "Sette\n\nNo grazie",
    ),
    html(
        "html: gmail, below the quotation",
        f"<div dir='ltr'><div class='gmail_quote'><div dir='ltr' class='gmail_attr'>Il giorno lun 3 nov 2025 {_WHO} ha scritto:<br></div>"
        f"<blockquote class='gmail_quote'>{OURS_HTML}</blockquote><div><br></div><div>Dieci!</div></div></div>",
        "Dieci!",
    ),
    html(
        "html: outlook desktop, it",
        "<div class='WordSection1'><p class='MsoNormal'>Direi 8.<o:p></o:p></p><p class='MsoNormal'><o:p>&nbsp;</o:p></p>"
        "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class='MsoNormal'>"
        f"<span style='font-size:11pt'>{_HEAD_IT}<o:p></o:p></span></p></div></div><p class='MsoNormal'><o:p>&nbsp;</o:p></p>{OURS_HTML}</div>",
        "Direi 8.",
        charset="windows-1252",
        cte="quoted-printable",
    ),
    html(
        "html: outlook desktop, en",
        "<div class='WordSection1'><p class='MsoNormal'>About 8.</p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt'>"
        f"<p class='MsoNormal'>{_HEAD_EN}</p></div></div>{OURS_HTML}</div>",
        "About 8.",
        "en",
    ),
    html(
        "html: outlook on the web",
        "<div class='elementToProof'>Sei politico</div><div id='Signature'><div>Mario Bianchi</div><div>Ditta srl</div></div>"
        f"<div id='appendonsend'></div><hr style='display:inline-block;width:98%' tabindex='-1'><div id='divRplyFwdMsg' dir='ltr'>"
        f"<font face='Calibri'>{_HEAD_IT}</font><div>&nbsp;</div></div>{OURS_HTML}",
        "Sei politico",
    ),
    html(
        "html: outlook for iOS",
        "<div><div dir='ltr'>Dieci e lode</div></div><div id='ms-outlook-mobile-body-separator-line' dir='ltr'></div>"
        "<div id='ms-outlook-mobile-signature' dir='ltr'>Ottieni <a href='https://aka.ms/o0ukef'>Outlook per iOS</a></div>"
        f"<div id='mail-editor-reference-message-container' class='ms-outlook-mobile-reference-message'><hr><div id='divRplyFwdMsg'>"
        f"<b>Da:</b> Officine Rossi</div>{OURS_HTML}</div>",
        "Dieci e lode",
    ),
    html(
        "html: new outlook, reference container without a header",
        "<div>Otto</div><div id='mail-editor-reference-message-container'><div class='ms-outlook-mobile-reference-message skipProofing' "
        f"style='border-top:solid #B5C4DF 1.0pt'><b>Da: </b>Officine Rossi &lt;info@officinerossi.example&gt;<br><b>Data: </b>lunedì, 3 novembre 2025 "
        f"alle ore 10:12<br><b>A: </b>Mario<br><b>Oggetto: </b>Ci manchi</div>{OURS_HTML}</div>",
        "Otto",
    ),
    html(
        "html: apple mail",
        "<div>Senz'altro <b>10</b></div><div><br><blockquote type='cite'><div>Il giorno 3 nov 2025, alle ore 10:12, "
        f"{_WHO} ha scritto:</div><br class='Apple-interchange-newline'><div>{OURS_HTML}</div></blockquote></div><br>",
        "Senz'altro 10",
    ),
    html(
        "html: iphone",
        "<div dir='ltr'></div><div dir='ltr'>Chiamatemi domani</div><br id='lineBreakAtBeginningOfSignature'><div dir='ltr'>Inviato da iPhone</div>"
        "<div dir='ltr'><br><blockquote type='cite'>Il giorno 3 nov 2025, alle ore 10:12, Officine Rossi ha scritto:<br><br></blockquote></div>"
        f"<blockquote type='cite'><div dir='ltr'>{OURS_HTML}</div></blockquote>",
        "Chiamatemi domani",
    ),
    html(
        "html: thunderbird, below",
        f"<div class='moz-cite-prefix'>Il 03/11/25 10:12, Officine Rossi ha scritto:<br></div>{_CITED}<p>Cinque, si può fare meglio</p>"
        "<pre class='moz-signature' cols='72'>-- \nMario Bianchi</pre>",
        "Cinque, si può fare meglio",
    ),
    html(
        "html: thunderbird, on top",
        f"<p>Cinque<br></p><div class='moz-cite-prefix'>Il 03/11/25 10:12, Officine Rossi ha scritto:<br></div>{_CITED}",
        "Cinque",
    ),
    html(
        "html: yahoo web",
        "<div class='ydp1yahoo-style-wrap'><div dir='ltr'>Voto 8</div></div><div id='ydp2yahoo_quoted_9' class='ydp2yahoo_quoted'><div>"
        f"<div>Il lunedì 3 novembre 2025 alle ore 10:12:00 CET, Officine Rossi ha scritto:</div>{OURS_HTML}</div></div>",
        "Voto 8",
    ),
    html(
        "html: yahoo on android",
        "Voto 8 <div id='ymail_android_signature'><a href='https://yho.it/x'>Yahoo Mail: Cerca, organizza, conquista</a></div> <br> "
        "<blockquote style='margin: 0 0 20px 0;'> <div style='font-family:Roboto'> <div>Il lun, 3 nov 2025 alle 10:12, Officine Rossi</div>"
        f"<div>&lt;info@officinerossi.example&gt; ha scritto:</div> </div> {OURS_HTML} </blockquote>",
        "Voto 8",
    ),
    html(
        "html: libero",
        "<div>Contentissima</div><div class='io-ox-signature'>Maria Verdi</div><blockquote type='cite'><div>Il 03/11/2025 10:12 CET "
        f"{_WHO} ha scritto:</div><div>&nbsp;</div><div>&nbsp;</div>{OURS_HTML}</blockquote>",
        "Contentissima",
    ),
    html(
        "html: virgilio",
        "<p>Direi 6</p><p>&nbsp;</p><blockquote>----Messaggio originale----<br>Da: info@officinerossi.example<br>Data: 03/11/2025 10.12<br>"
        f"A: &lt;m.bianchi@ditta.example&gt;<br>Ogg: Ci manchi<br><br>{OURS_HTML}</blockquote>",
        "Direi 6",
    ),
    html(
        "html: aruba",
        f"<div>Va bene 7</div><div><br></div><div style='border-left: 2px solid #1010FF; padding-left: 5px'><b>Da:</b> \"Officine Rossi\" "
        'info@officinerossi.example<br><b>A:</b> "Mario" m@ditta.example<br><b>Cc:</b> <br><b>Data:</b> Mon, 3 Nov 2025 10:12:00 +0100<br>'
        f"<b>Oggetto:</b> Ci manchi<br><br>{OURS_HTML}</div>",
        "Va bene 7",
    ),
    html(
        "html: samsung",
        "<div dir='auto'>Nove</div><div dir='auto'><br></div><div id='composer_signature' dir='auto'><div dir='auto' style='font-size:85%'>Inviato dal mio Galaxy</div>"
        "</div><div dir='auto'><br></div><div style='font-size:100%;color:#000000' dir='auto'><!-- originalMessage --><div>-------- Messaggio originale --------</div>"
        f"<div>Da: Officine Rossi </div><div>Data: 03/11/25  10:12  (GMT+01:00) </div><div>A: m@ditta.example </div><div>Oggetto: Ci manchi </div><div><br></div></div>{OURS_HTML}",
        "Nove",
    ),
    html(
        "html: proton",
        "<div style='font-family: Arial'>Quattro</div><div class='protonmail_signature_block'><div>Inviato con l'email sicura "
        "<a href='https://proton.me'>Proton Mail</a>.</div></div><div class='protonmail_quote'>lunedì 3 novembre 2025 10:12, Officine Rossi ha scritto:<br>"
        f"<blockquote class='protonmail_quote' type='cite'>{OURS_HTML}</blockquote></div>",
        "Quattro",
    ),
    html(
        "html: zoho",
        "<div>Otto pieno</div><div class='zmail_extra'><div id='Zm-_Id_-Sgn1'>---- Il Mon, 03 Nov 2025 10:12:00 +0100 <b>Officine Rossi</b> ha scritto ----<br></div>"
        f"<blockquote style='border-left: 1px solid #ccc'>{OURS_HTML}</blockquote></div>",
        "Otto pieno",
    ),
    html(
        "html: roundcube, below",
        f"<p id='reply-intro'>Il 2025-11-03 10:12 Officine Rossi ha scritto:</p>{_CITED}<p>Sette</p>",
        "Sette",
    ),
    html(
        "html: a table as layout, colours for quotes, nothing else",
        f"<table><tr><td>Quota 7<br>Saluti</td></tr><tr><td><hr>{_HEAD_IT}<br>{OURS_HTML}</td></tr></table>",
        "Quota 7",
    ),
    html(
        "html: entities, spaces that do not break, hidden words",
        "<p>L&rsquo;assistenza &egrave;&nbsp;&laquo;perfetta&raquo; &#128077;</p><div style='display:none'>Disiscriviti</div>"
        f"<span style='font-size:0;max-height:0'></span><div style='mso-hide:all;DISPLAY: NONE'>unsubscribe</div>{_CITED}",
        "L’assistenza è «perfetta» 👍",
    ),
    html(
        "html: a list of reasons",
        f"<p>Voto 5 perché:</p><ul><li>prezzi alti</li><li>consegne lente</li></ul>{_CITED}",
        "Voto 5 perché:\n\nprezzi alti\n\nconsegne lente",
    ),
    html(
        "html: unknown client without any mark",
        f"<p>Mi piace, 9</p>{OURS_HTML}",
        "Mi piace, 9",
    ),
    html(
        "html: broken tags",
        f"<div><p>Otto<br><b>e mezzo</p></div></td><blockquote><p>Il giorno 3 nov 2025 Officine Rossi ha scritto:{OURS_HTML}",
        "Otto\ne mezzo",
    ),
)
