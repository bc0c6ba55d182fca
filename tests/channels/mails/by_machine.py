# ruff: noqa: E501
"""Mails nobody wrote: absence notes with the day of return, delivery reports, and forwards without a word."""

from tests.channels.mails.build import OURS, OURS_HTML, QUOTED, REPLY_TO, SMTP_ID, Example, Part, mail

_AUTO = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


def _away(
    name: str, subject: str, body: str, back: str | None, *, language: str = "it", **headers: str
) -> Example:
    raw = mail(Part(body), subject=subject, headers={k.replace("_", "-"): v for k, v in headers.items()})
    return Example(name, raw, body.strip(), "auto_reply", back, language)


def _report(
    name: str,
    status: str,
    *,
    action: str = "failed",
    recipient: str = "m.bianchi@ditta.example",
    original: str = "",
    said: str = "550 5.1.1 User unknown",
    whole: bool = False,
    subject: str = "Undelivered Mail Returned to Sender",
) -> Example:
    about = (
        f"Reporting-MTA: dns; mx.ditta.example\nArrival-Date: Mon, 3 Nov 2025 10:12:30 +0100\n\n{original}"
    )
    about += f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {said}\n"
    ours = f"Message-ID: {SMTP_ID}\nFrom: Officine Rossi <info@officinerossi.example>\nTo: m.bianchi@ditta.example\nReply-To: {REPLY_TO}\nSubject: Ci manchi\n"
    returned = (
        Part(f"{ours}\n{OURS}", kind="message/rfc822") if whole else Part(ours, kind="text/rfc822-headers")
    )
    raw = mail(
        Part(
            f"This is the mail system at host mx.ditta.example.\n\nI'm sorry, your message could not be delivered.\n\n<{recipient}>: {said}\n"
        ),
        Part(about, kind="message/delivery-status"),
        returned,
        kind="report; report-type=delivery-status",
        subject=subject,
        sender="MAILER-DAEMON@mx.ditta.example (Mail Delivery System)",
        headers={"Auto-Submitted": "auto-replied", "Return-Path": "<>", "In-Reply-To": "", "References": ""},
    )
    return Example(name, raw, "", "delivery_report", facts={"status": status, "action": action})


MACHINES: tuple[Example, ...] = (
    _away(
        "away: exchange, it",
        "Risposta automatica: Ci manchi",
        "Sono in ferie, rientrerò lunedì 17 novembre.\nPer urgenze: 0422 555010",
        "2025-11-17",
        **_AUTO,
    ),
    _away(
        "away: exchange, en",
        "Automatic reply: Ci manchi",
        "I am out of the office until November 10th, 2025 with limited access to email.",
        "2025-11-10",
        language="en",
        **_AUTO,
    ),
    _away(
        "away: gmail vacation",
        "Fuori ufficio Re: Ci manchi",
        "Ciao, sono fuori ufficio dal 1/11 al 15/11/2025 compreso.",
        "2025-11-15",
        Precedence="bulk",
        X_Autoreply="yes",
    ),
    _away(
        "away: postfix vacation",
        "Ci manchi (Fuori sede)",
        "Torno il 12 novembre.",
        "2025-11-12",
        Auto_Submitted="auto-replied (vacation)",
    ),
    _away(
        "away: without a header, it",
        "Re: Ci manchi",
        "Questa è una risposta automatica: l'ufficio è chiuso per ferie e riapre il 7 gennaio 2026.",
        "2026-01-07",
    ),
    _away(
        "away: without a header, en",
        "Out of office Re: Ci manchi",
        "Thanks for your mail. I'm away and will be back on 5 December.",
        "2025-12-05",
        language="en",
    ),
    _away(
        "away: no day told",
        "Risposta automatica: Ci manchi",
        "Al momento non sono in ufficio. Per urgenze scrivete a info@ditta.example.",
        None,
        **_AUTO,
    ),
    _away(
        "away: maternity, en",
        "Automatic reply: Ci manchi",
        "I am on maternity leave and will return on 2026-04-01. Contact Jane on 020 7946 0199.",
        "2026-04-01",
        language="en",
        **_AUTO,
    ),
    _away(
        "away: two days told",
        "Risposta automatica: Ci manchi",
        "Sarò assente da lunedì 3 novembre a venerdì 14 novembre 2025. Risponderò al rientro.",
        "2025-11-14",
        **_AUTO,
    ),
    _away(
        "away: until a weekday",
        "Automatic reply: Ci manchi",
        "I'm out today and back on Thursday.",
        "2025-11-06",
        language="en",
        **_AUTO,
    ),
    _away(
        "away: us date",
        "Automatic reply: Ci manchi",
        "I will be out of office returning Monday, November 24.",
        "2025-11-24",
        language="en",
        **_AUTO,
    ),
    _away(
        "away: de",
        "Abwesenheitsnotiz: Ci manchi",
        "Ich bin ab dem 20. November wieder im Büro.",
        "2025-11-20",
        language="de",
        **_AUTO,
    ),
    _away(
        "ticket system's receipt",
        "[#4711] Abbiamo ricevuto la tua richiesta",
        "Grazie, la tua richiesta è stata registrata con il numero 4711.",
        None,
        Auto_Submitted="auto-generated",
    ),
    _away(
        "no longer with the company",
        "Risposta automatica: Ci manchi",
        "Gentile mittente, dal 1 ottobre Mario Bianchi non lavora più in azienda. Scrivete a info@ditta.example.",
        None,
        **_AUTO,
    ),
    _report("report: user unknown", "5.1.1"),
    _report(
        "report: whole message returned",
        "5.1.10",
        whole=True,
        said="550 5.1.10 RESOLVER.ADR.RecipientNotFound",
    ),
    _report("report: mailbox full", "4.2.2", said="452 4.2.2 Mailbox full"),
    _report("report: gave up after days", "4.4.7", said="delivery temporarily suspended: timed out"),
    _report(
        "report: delayed",
        "4.4.1",
        action="delayed",
        said="connect timed out",
        subject="Delayed Mail (still being retried)",
    ),
    _report(
        "report: delivered",
        "2.0.0",
        action="delivered",
        said="250 OK",
        subject="Successful Mail Delivery Report",
    ),
    _report("report: of a forward's target", "5.1.1", recipient="altro@altrove.example"),
    _report(
        "report: alias with its original address",
        "5.1.1",
        recipient="mbianchi@interno.ditta.example",
        original="Original-Recipient: rfc822; M.Bianchi@ditta.example\n",
    ),
    Example(
        "report: qmail, no structure",
        mail(
            Part(
                "Hi. This is the qmail-send program at mx.ditta.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
                "<m.bianchi@ditta.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n"
                f"Message-ID: {SMTP_ID}\nSubject: Ci manchi\n\n{OURS}"
            ),
            subject="failure notice",
            sender="MAILER-DAEMON@mx.ditta.example",
            headers={"Return-Path": "<>", "In-Reply-To": ""},
        ),
        "",
        "delivery_report",
        facts={"status": "5.1.1", "action": "failed"},
    ),
    Example(
        "report: exchange, it",
        mail(
            Part(
                "<p>Recapito non riuscito per i destinatari seguenti:</p><p>m.bianchi@ditta.example<br>550 5.1.10 RESOLVER.ADR.RecipientNotFound</p>",
                kind="text/html",
            ),
            Part(
                "Reporting-MTA: dns;SRV.ditta.example\n\nOriginal-Recipient: rfc822;m.bianchi@ditta.example\nFinal-Recipient: rfc822;m.bianchi@ditta.example\nAction: failed\nStatus: 5.1.10\n",
                kind="message/delivery-status",
            ),
            Part(f"Message-ID: {SMTP_ID}\nSubject: Ci manchi\n\n", kind="message/rfc822"),
            kind="report; report-type=delivery-status",
            subject="Non recapitabile: Ci manchi",
            sender="postmaster@ditta.example",
            headers={"Auto-Submitted": "auto-generated"},
        ),
        "",
        "delivery_report",
        facts={"status": "5.1.10", "action": "failed"},
    ),
    Example(
        "read receipt",
        mail(
            Part("Il messaggio è stato letto lunedì 3 novembre 2025."),
            Part(
                "Final-Recipient: rfc822;m.bianchi@ditta.example\nDisposition: manual-action/MDN-sent-manually; displayed\n",
                kind="message/disposition-notification",
            ),
            kind="report; report-type=disposition-notification",
            subject="Letto: Ci manchi",
        ),
        "Il messaggio è stato letto lunedì 3 novembre 2025.",
        "auto_reply",
    ),
    Example(
        "forwarded without a word, gmail",
        mail(
            Part(
                f"---------- Forwarded message ---------\nDa: Officine Rossi <info@officinerossi.example>\nDate: lun 3 nov 2025 alle ore 10:12\nSubject: Ci manchi\nTo: <m.bianchi@ditta.example>\n\n\n{OURS}"
            ),
            subject="Fwd: Ci manchi",
        ),
        "",
        "no_words",
    ),
    Example(
        "forwarded without a word, outlook",
        mail(
            Part(
                f"<div>&nbsp;</div><hr><div id='divRplyFwdMsg'><b>Da:</b> Officine Rossi<br><b>Inviato:</b> lunedì 3 novembre 2025 10:12<br><b>Oggetto:</b> Ci manchi</div>{OURS_HTML}",
                kind="text/html",
            ),
            subject="I: Ci manchi",
        ),
        "",
        "no_words",
    ),
    Example(
        "sent back as it came",
        mail(
            Part(
                f"\n\nIl giorno lun 3 nov 2025 alle ore 10:12 Officine Rossi <info@officinerossi.example> ha scritto:\n\n{QUOTED}"
            )
        ),
        "",
        "no_words",
    ),
    Example(
        "forwarded with a question above",
        mail(
            Part(
                f"È per te? A me arriva per errore.\n\n-------- Messaggio Inoltrato --------\nOggetto: \tCi manchi\nData: \tMon, 3 Nov 2025 10:12:00 +0100\nMittente: \tOfficine Rossi\nA: \tm.bianchi@ditta.example\n\n{OURS}"
            ),
            subject="Fwd: Ci manchi",
        ),
        "È per te? A me arriva per errore.",
    ),
)
