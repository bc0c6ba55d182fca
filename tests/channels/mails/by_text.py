# ruff: noqa: E501
"""Plain text, or text beside HTML, as each client writes it."""

from tests.channels.mails.build import OURS, OURS_EN, OURS_HTML, QUOTED, QUOTED_EN, Example, Part, mail, text

_WHO = "Officine Rossi <info@officinerossi.example>"
_GMAIL = f"Il giorno lun 3 nov 2025 alle ore 10:12 {_WHO} ha scritto:"
_GMAIL_EN = f"On Mon, Nov 3, 2025 at 10:12 AM {_WHO} wrote:"
_OUTLOOK = (
    f"Da: {_WHO}\nInviato: lunedì 3 novembre 2025 10:12\nA: Mario Bianchi <m.bianchi@ditta.example>\n"
    "Oggetto: Ci manchi\n\n"
)
_OUTLOOK_EN = (
    f"From: {_WHO}\nSent: Monday, November 3, 2025 10:12 AM\nTo: Mario Bianchi <m.bianchi@ditta.example>\n"
    "Subject: Ci manchi\n\n"
)

TEXT: tuple[Example, ...] = (
    text("gmail, it", f"Direi un bel 9!\n\n{_GMAIL}\n\n{QUOTED}", "Direi un bel 9!"),
    text("gmail, en", f"I'd say 9.\n\n{_GMAIL_EN}\n\n{QUOTED_EN}", "I'd say 9.", "en"),
    text(
        "gmail, header folded over three lines",
        "Otto, grazie\n\nIl giorno lun 3 nov 2025 alle ore 10:12 Officine Rossi - Assistenza Clienti e\nRicambi <\n"
        f"info@officinerossi.example> ha scritto:\n\n{QUOTED}",
        "Otto, grazie",
    ),
    text(
        "gmail, signature between answer and quotation",
        f"Va bene 7\n--\nMario Bianchi\nVia Po 3, Torino\nTel. 011 5550100\n\n\n{_GMAIL}\n\n{QUOTED}",
        "Va bene 7",
    ),
    text(
        "gmail, below the quotation",
        f"{_GMAIL}\n\n{QUOTED}\nPer me 8, ma i tempi di consegna sono lunghi.",
        "Per me 8, ma i tempi di consegna sono lunghi.",
    ),
    text(
        "gmail, between the lines, with a word above",
        f"Ciao, rispondo sotto.\n\n{_GMAIL}\n\n> quanto consiglieresti Officine Rossi a un amico, da 0 a 10?\n\nSette\n\n"
        "> Vuoi essere richiamato?\n\nSì, domani mattina\n\n> Scegli cosa ricevere o disiscriviti\n",
        "Ciao, rispondo sotto.\n\nSette\n\nSì, domani mattina",
    ),
    text(
        "a quotation wrapped without marks is not an answer",
        f"Nove\n\n{_GMAIL}\n\n> è passato un po' di tempo: quanto consiglieresti Officine Rossi a un\namico, da 0 a 10?\n"
        "> Scegli cosa ricevere, o per non ricevere più niente vai alla pagina e\ndisiscriviti\n> Officine Rossi\n",
        "Nove",
    ),
    text(
        "outlook, it", f"Direi 8.\n\nMario\n\n{_OUTLOOK}{OURS}", "Direi 8.\n\nMario", charset="windows-1252"
    ),
    text("outlook, en", f"About a 6.\n\n{_OUTLOOK_EN}{OURS_EN}", "About a 6.", "en"),
    text(
        "outlook for mac, it",
        f"Tutto perfetto\n\nDa: {_WHO}\nData: lunedì 3 novembre 2025 alle ore 10:12\nA: Mario <m@ditta.example>\n"
        f"Oggetto: Ci manchi\n\n{OURS}",
        "Tutto perfetto",
    ),
    text(
        "outlook, original message, it",
        f"Non saprei, forse 5\n\n-----Messaggio originale-----\n{_OUTLOOK}{OURS}",
        "Non saprei, forse 5",
        charset="iso-8859-1",
        cte="quoted-printable",
    ),
    text(
        "outlook, original message, en",
        f"Not sure, maybe 5\n\n-----Original Message-----\n{_OUTLOOK_EN}{OURS_EN}",
        "Not sure, maybe 5",
        "en",
    ),
    text(
        "outlook for android, it",
        f"Dieci\n\nOttieni Outlook per Android<https://aka.ms/AAb9ysg>\n________________________________\n{_OUTLOOK}{OURS}",
        "Dieci",
    ),
    text(
        "outlook, sent from, en", f"Ten\n\nSent from Outlook for iOS\n\n{_OUTLOOK_EN}{OURS_EN}", "Ten", "en"
    ),
    text(
        "windows mail, it",
        f"Bravi, 9\n\nInviato da Posta per Windows\n\nDa: Officine Rossi\nInviato: lunedì 3 novembre 2025 10:12\n"
        f"A: Mario Bianchi\nOggetto: Ci manchi\n\n{OURS}",
        "Bravi, 9",
    ),
    text(
        "apple mail, it",
        f"Senz'altro 10\n\nMario\n\n> Il giorno 3 nov 2025, alle ore 10:12, {_WHO} ha scritto:\n> \n{QUOTED}",
        "Senz'altro 10\n\nMario",
    ),
    text(
        "iphone, it",
        f"Chiamatemi quando volete\n\nInviato da iPhone\n\n> Il giorno 3 nov 2025, alle ore 10:12, {_WHO} ha scritto:\n> \n{QUOTED}",
        "Chiamatemi quando volete",
    ),
    text(
        "iphone, en",
        f"Give me a ring\n\nSent from my iPhone\n\n> On 3 Nov 2025, at 10:12, {_WHO} wrote:\n> \n{QUOTED_EN}",
        "Give me a ring",
        "en",
    ),
    text("ipad, it", "sette e mezzo\n\nInviato dal mio iPad\n", "sette e mezzo"),
    text(
        "thunderbird, below, it",
        f"Il 03/11/25 10:12, Officine Rossi ha scritto:\n{QUOTED}\nSei.\n\n-- \nMario Bianchi\nOfficina Bianchi srl",
        "Sei.",
    ),
    text(
        "thunderbird, on top, en",
        f"Eight, thanks.\n\nOn 03/11/2025 10:12, Officine Rossi wrote:\n{QUOTED_EN}",
        "Eight, thanks.",
        "en",
    ),
    text(
        "yahoo, it",
        f"Otto\n\n    Il lunedì 3 novembre 2025 alle ore 10:12:00 CET, {_WHO} ha scritto:  \n \n {OURS}",
        "Otto",
    ),
    text(
        "yahoo on android, it",
        "Otto\n\nYahoo Mail: Cerca, organizza, conquista\n \n  Il lun, 3 nov 2025 alle 10:12, Officine Rossi"
        f"<info@officinerossi.example> ha scritto:   {OURS}",
        "Otto",
    ),
    text(
        "libero, it",
        f"Molto soddisfatto\n \n> Il 03/11/2025 10:12 CET {_WHO} ha scritto:\n> \n>  \n{QUOTED}",
        "Molto soddisfatto",
    ),
    text(
        "libero, without marks",
        f"Molto soddisfatto\n\n\nIl 3 novembre 2025 alle 10:12 {_WHO} ha scritto:\n\n\n{OURS}",
        "Molto soddisfatto",
    ),
    text(
        "virgilio, it",
        "Ottimo, 9\n\n\n----Messaggio originale----\nDa: info@officinerossi.example\nData: 03/11/2025 10.12\n"
        f"A: <m.bianchi@ditta.example>\nOgg: Ci manchi\n\n{OURS}",
        "Ottimo, 9",
        charset="iso-8859-15",
    ),
    text(
        "tiscali (roundcube), it",
        f"Il 2025-11-03 10:12 Officine Rossi ha scritto:\n{QUOTED}\nQuattro, purtroppo\n",
        "Quattro, purtroppo",
    ),
    text(
        "aruba, it",
        'Confermo: 8\n\nDa: "Officine Rossi" info@officinerossi.example\nA: "Mario Bianchi" m.bianchi@ditta.example\n'
        f"Cc: \nData: Mon, 3 Nov 2025 10:12:00 +0100\nOggetto: Ci manchi\n\n{OURS}",
        "Confermo: 8",
    ),
    text(
        "samsung, it",
        "6\n\nInviato dal mio Galaxy\n\n-------- Messaggio originale --------\nDa: Officine Rossi "
        f"<info@officinerossi.example> \nData: 03/11/25  10:12  (GMT+01:00) \nA: m.bianchi@ditta.example \nOggetto: Ci manchi \n\n{OURS}",
        "6",
    ),
    text(
        "huawei, it",
        f"Sì, richiamatemi\n\nInviato dal mio HUAWEI P30 lite\n\n\n-------- Messaggio originale --------\nOggetto: Ci manchi\n"
        f"Da: Officine Rossi \nA: m.bianchi@ditta.example\nCC: \n\n\n{OURS}",
        "Sì, richiamatemi",
    ),
    text(
        "k-9, signature below the quotation",
        f"Nove, bravi.\n\nIl 3 novembre 2025 10:12:00 CET, {_WHO} ha scritto:\n{QUOTED}\n-- \n"
        "Inviato dal mio dispositivo Android con K-9 Mail. Perdonate la brevità.",
        "Nove, bravi.",
    ),
    text(
        "spark, it",
        f"Tutto bene\nIl 3 nov 2025, 10:12 +0100, {_WHO}, ha scritto:\n{QUOTED}",
        "Tutto bene",
    ),
    text(
        "spark, en",
        f"All fine\nOn 3 Nov 2025 at 10:12 +0100, {_WHO}, wrote:\n{QUOTED_EN}",
        "All fine",
        "en",
    ),
    text(
        "proton, it",
        "Cinque\n\nInviato con l'email sicura Proton Mail.\n\nlunedì 3 novembre 2025 10:12, Officine Rossi "
        f"<info@officinerossi.example> ha scritto:\n\n{QUOTED}",
        "Cinque",
    ),
    text(
        "zoho, it",
        f"Volentieri, 8\n\n\n\n\n---- Il Mon, 03 Nov 2025 10:12:00 +0100 {_WHO} ha scritto ----\n\n{OURS}",
        "Volentieri, 8",
    ),
    text(
        "zoho, en",
        f"Gladly, 8\n\n\n\n---- On Mon, 03 Nov 2025 10:12:00 +0100 {_WHO} wrote ---\n\n{OURS_EN}",
        "Gladly, 8",
        "en",
    ),
    text(
        "em client, it",
        f'Per noi è 7\n\n------ Messaggio originale ------\nDa "Officine Rossi" <info@officinerossi.example>\n'
        f'A "Mario Bianchi" <m.bianchi@ditta.example>\nData 03/11/2025 10:12:00\nOggetto Ci manchi\n\n{OURS}',
        "Per noi è 7",
    ),
    text(
        "lotus notes, it",
        "3, servizio scadente\n\n\n\nDa:        Officine Rossi <info@officinerossi.example>\nPer:        Mario Bianchi/ACQ/DITTA@DITTA\n"
        f"Data:        03/11/2025 10.12\nOggetto:        Ci manchi\n\n\n\n{OURS}",
        "3, servizio scadente",
    ),
    text(
        "gmx, de",
        f"Eine glatte 9!\n\nGesendet: Montag, 03. November 2025 um 10:12 Uhr\nVon: {_WHO}\nAn: m@muster.example\n"
        "Betreff: Umfrage\n\nAbmelden\n",
        "Eine glatte 9!",
        "de",
    ),
    text(
        "fastmail, en",
        f"Six from me.\n\nOn Mon, 3 Nov 2025, at 10:12 AM, Officine Rossi wrote:\n{QUOTED_EN}\n",
        "Six from me.",
        "en",
    ),
    text(
        "zimbra, it",
        f'8\n\nMario\n\nDa: "Officine Rossi" <info@officinerossi.example>\nA: "Mario" <m@ditta.example>\n'
        f"Inviato: Lunedì, 3 novembre 2025 10:12:00\nOggetto: Ci manchi\n\n{OURS}",
        "8\n\nMario",
    ),
    text(
        "no quotation, greeting and name",
        "Buongiorno,\nil mio voto è 9.\nGrazie, Mario",
        "Buongiorno,\nil mio voto è 9.\nGrazie, Mario",
    ),
    text(
        "closing, card, disclaimer, it",
        "Il voto è 8.\n\nCordiali saluti,\n\nMario Bianchi\nResp. acquisti\nDitta S.r.l. - P.IVA 01234567890\nTel. +39 0422 555010\n\n"
        "Le informazioni contenute in questa e-mail sono riservate. Per non ricevere più comunicazioni scrivere CANCELLAMI.\n"
        f"\n{_OUTLOOK}{OURS}",
        "Il voto è 8.",
    ),
    text(
        "gdpr footer, en",
        "All good, 9.\n\nBest regards\nJohn Smith\n\nThis e-mail and any attachments are confidential and intended solely for the addressee. "
        f"If you wish to unsubscribe, let us know.\n\n{_OUTLOOK_EN}{OURS_EN}",
        "All good, 9.",
        "en",
    ),
    text(
        "an opt-out above our own footer",
        f"Basta, non scrivetemi più.\n\n{_GMAIL}\n\n{QUOTED}",
        "Basta, non scrivetemi più.",
    ),
    text(
        "unknown client that quotes without any mark",
        f"Direi 8, grazie\n\n{OURS}",
        "Direi 8, grazie",
    ),
    text(
        "quotation header of a language nobody knows",
        f"Dziękuję, osiem\n\nW dniu 3.11.2025 o 10:12, Officine Rossi pisze:\n{QUOTED_EN}",
        "Dziękuję, osiem",
        "en",
        charset="iso-8859-2",
        cte="base64",
    ),
    text(
        "flowed text with a soft hyphen",
        f"per\u00adfetto, dieci \ne lode\n\n{_GMAIL}\n\n{QUOTED}",
        "perfetto, dieci\ne lode",
    ),
    text("utf-16", f"Otto è giusto\n\n{_GMAIL}\n\n{QUOTED}", "Otto è giusto", charset="utf-16", cte="base64"),
    text(
        "windows-1252 that calls itself latin-1",
        f"Costa 5€ di più… però “ottimo”\n\n{_GMAIL}\n\n{QUOTED}",
        "Costa 5€ di più… però “ottimo”",
        charset="windows-1252",
        labelled="iso-8859-1",
    ),
    text(
        "windows-1252 that calls itself ascii",
        f"È caro: 5€\n\n{_GMAIL}\n",
        "È caro: 5€",
        charset="windows-1252",
        labelled="us-ascii",
    ),
    text("utf-8 that calls itself ascii", f"È così\n\n{_GMAIL}\n\n{QUOTED}", "È così", labelled="us-ascii"),
    text("a charset nobody knows", "Perché no? Nove", "Perché no? Nove", labelled="x-user-defined"),
    text("code page 850", "Perché no? Otto", "Perché no? Otto", charset="cp850", cte="base64"),
    text(
        "macintosh",
        "Perché no? Sette",
        "Perché no? Sette",
        charset="mac_roman",
        labelled="macintosh",
        cte="base64",
    ),
    Example(
        "text beside html, text is believed",
        mail(
            Part(f"Nove\n\n{_GMAIL}\n\n{QUOTED}", cte="quoted-printable"),
            Part(f"<div>Nove</div><div class=gmail_quote>{OURS_HTML}</div>", kind="text/html"),
        ),
        "Nove",
    ),
    Example(
        "text and html within a mixed mail with a picture",
        mail(
            Part("Ecco la foto, voto 4\n\nInviato da iPhone\n"),
            Part(
                b"\x89PNG" + b"\x00" * 3000,
                kind='image/png; name="foto.png"',
                cte="base64",
                headers=("Content-Disposition: attachment; filename=foto.png",),
            ),
            Part("\n\n> Il giorno 3 nov 2025, alle ore 10:12, Officine Rossi ha scritto:\n> Disiscriviti\n"),
            kind="mixed",
        ),
        "Ecco la foto, voto 4",
        facts={"attachments": "1"},
    ),
)
