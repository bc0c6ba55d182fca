"""Flow 4: whatever the door, a reply is heard once, understood, answered, and stops what it must stop."""

import re
from pathlib import Path

import requests
from sqlmodel import col, select

from app import runtime
from app.conversations.models import Answer
from tests.flows.conftest import ON_SQLITE, Installation, address, eventually, mobile, page_text


def texted(riattiva: Installation, folder: Path, language: str = "IT") -> tuple[str, str]:
    """A contact who has been asked by SMS: wave id and phone."""
    phone = mobile()
    person = {"Nome": "Lia", "Cellulare": phone, "Consenso SMS": "S", "Lingua": language}
    wave = riattiva.launch(folder, riattiva.people(folder, person))
    eventually(lambda: riattiva.status(wave)["delivered"] == 1)
    return wave, phone


def emailed(riattiva: Installation, folder: Path, **more: str) -> tuple[str, str, str]:
    """A contact who has been asked by email: wave id, address, the email's id."""
    reader = address("marta")
    person = {"Nome": "Marta", "E-mail": reader, "Consenso marketing": "S", **more}
    wave = riattiva.launch(folder, riattiva.people(folder, person), channels="email")
    eventually(lambda: riattiva.status(wave)["delivered"] == 1)
    (email_id,) = riattiva.inbox(reader)
    return wave, reader, email_id


def links(riattiva: Installation, email_id: str, door: str) -> list[str]:
    return re.findall(rf"{re.escape(riattiva.service.url)}/{door}/[^\"\s<>&]+", riattiva.email(email_id))


def test_a_conversation_by_sms_to_the_end(riattiva: Installation, tmp_path: Path) -> None:
    wave, phone = texted(riattiva, tmp_path)
    riattiva.text_back(phone, "direi un otto")
    eventually(lambda: "Che cosa ci manca per arrivare a 10?" in riattiva.thread(phone))
    riattiva.text_back(phone, "Consegne più veloci")
    eventually(lambda: "RESTO o LASCIO" in riattiva.thread(phone))
    riattiva.text_back(phone, "resto volentieri")
    eventually(lambda: "Siamo contenti che resti" in riattiva.thread(phone))
    figures = riattiva.status(wave)
    assert figures["nps"]["by_value"]["8"] == 1
    assert figures["reengaged"] == 1
    known = riattiva.show(phone)
    assert known["consent"]["sms"] == "granted"
    assert known["dormancy"] == "active"
    proof = riattiva.ask("contacts", "consent", phone)
    assert "restiamo in contatto" in proof["ledger"][-1]["wording"]


@ON_SQLITE
def test_the_same_conversation_in_english(riattiva: Installation, tmp_path: Path) -> None:
    _, phone = texted(riattiva, tmp_path, "EN")
    riattiva.text_back(phone, "3, deliveries are always late")
    eventually(lambda: "Reply STAY or LEAVE" in riattiva.thread(phone))
    assert "What went wrong" not in riattiva.thread(phone)


def test_stop_is_heard_before_anything_else(riattiva: Installation, tmp_path: Path) -> None:
    wave, phone = texted(riattiva, tmp_path)
    riattiva.text_back(phone, "STOP")
    eventually(lambda: riattiva.status(wave)["opted_out"] == 1)
    assert riattiva.status(wave)["removable"] == 1
    known = riattiva.show(phone)
    assert known["consent"]["sms"] == "withdrawn"
    assert [one["channel"] for one in known["suppressed"]] == ["sms"]
    other = riattiva.launch(tmp_path, known["company"])
    assert eventually(lambda: riattiva.status(other)["left_out"]) == {"suppressed": 1}


@ON_SQLITE
def test_stop_in_their_own_words_stops_every_channel(riattiva: Installation, tmp_path: Path) -> None:
    wave, reader, email_id = emailed(riattiva, tmp_path, **{"Cellulare": mobile(), "Consenso SMS": "N"})
    riattiva.do(email_id, "reply", text="Buongiorno,\nnon scrivetemi più per favore.\nGrazie")
    eventually(lambda: riattiva.status(wave)["opted_out"] == 1)
    assert sorted(one["channel"] for one in riattiva.show(reader)["suppressed"]) == ["email", "sms"]


def test_an_answer_by_email_reply(riattiva: Installation, tmp_path: Path) -> None:
    wave, _, email_id = emailed(riattiva, tmp_path)
    riattiva.do(email_id, "reply", text="10")
    figures = eventually(lambda: (s := riattiva.status(wave))["answered"] == 1 and s)
    assert figures["nps"]["promoters"] == 1
    assert figures["opted_out"] == 0


def test_a_rating_link_counts_only_when_confirmed(riattiva: Installation, tmp_path: Path) -> None:
    wave, _, email_id = emailed(riattiva, tmp_path)
    nine = next(link for link in links(riattiva, email_id, "s") if link.endswith("?a=9"))
    for method in ("GET", "HEAD", "GET"):
        requests.request(method, nine, timeout=10).raise_for_status()
    page = requests.get(nine, timeout=10).text
    assert re.search(r'value="9" required checked', page)
    assert riattiva.status(wave)["answered"] == 0
    form = {"question": "nps", "answer": "9", "lang": "it"}
    for _ in range(2):  # pressed twice
        page = requests.post(nine.split("?")[0], data=form, timeout=10).text
    assert "Che cosa apprezzi di più" in page_text(page)
    requests.post(nine.split("?")[0], data={"question": "why_high", "answer": "La cortesia"}, timeout=10)
    page = requests.post(nine.split("?")[0], data={"question": "consent", "answer": "stay"}, timeout=10).text
    assert "Siamo contenti che resti" in page_text(page)
    figures = riattiva.status(wave)
    assert figures["answered"] == 1
    assert figures["nps"]["responses"] == 1
    assert figures["reengaged"] == 1
    with runtime.reading() as db:
        kept = db.exec(select(Answer).where(col(Answer.text) == "La cortesia")).all()
    assert len(kept) == 1


@ON_SQLITE
def test_starting_by_sms_and_going_on_by_web(riattiva: Installation, tmp_path: Path) -> None:
    reader, phone = address("nora"), mobile()
    person = {"E-mail": reader, "Cellulare": phone, "Consenso marketing": "S", "Consenso SMS": "S"}
    more = "  - {name: reminder, after: 4 seconds, channels: [email], only: no_answer}\n"
    wave = riattiva.launch(tmp_path, riattiva.people(tmp_path, person), more=more)
    (email_id,) = eventually(lambda: riattiva.inbox(reader))
    riattiva.text_back(phone, "7")
    eventually(lambda: riattiva.status(wave)["answered"] == 1)
    page = requests.get(links(riattiva, email_id, "s")[0].split("?")[0], timeout=10).text
    assert "Che cosa ci manca per arrivare a 10?" in page_text(page)


def test_one_click_unsubscribes_at_once_and_a_get_never_does(riattiva: Installation, tmp_path: Path) -> None:
    wave, reader, email_id = emailed(riattiva, tmp_path)
    (link,) = set(links(riattiva, email_id, "u"))
    for method in ("GET", "HEAD", "OPTIONS"):
        requests.request(method, link, timeout=10)
    assert riattiva.status(wave)["opted_out"] == 0
    riattiva.do(email_id, "unsubscribe")
    eventually(lambda: riattiva.status(wave)["opted_out"] == 1)
    again = requests.post(link, data="", timeout=10, allow_redirects=False)
    assert again.status_code == 200
    assert [one["reason"] for one in riattiva.show(reader)["suppressed"]] == ["one_click"]


@ON_SQLITE
def test_the_preferences_page_stops_what_was_chosen(riattiva: Installation, tmp_path: Path) -> None:
    wave, reader, email_id = emailed(riattiva, tmp_path, Cellulare=mobile())
    link = links(riattiva, email_id, "p")[0]
    page = requests.get(link, timeout=10).text
    assert "Niente più email" in page_text(page) or "No more emails" in page_text(page)
    assert riattiva.status(wave)["opted_out"] == 0
    requests.post(link, data={"stop": "email"}, timeout=10).raise_for_status()
    assert riattiva.status(wave)["opted_out"] == 1
    assert [one["channel"] for one in riattiva.show(reader)["suppressed"]] == ["email"]


def test_a_complaint_silences_every_address(riattiva: Installation, tmp_path: Path) -> None:
    wave, reader, email_id = emailed(riattiva, tmp_path, **{"Cellulare": mobile(), "Consenso SMS": ""})
    riattiva.do(email_id, "complain")
    eventually(lambda: riattiva.status(wave)["removable"] == 1)
    assert {one["reason"] for one in riattiva.show(reader)["suppressed"]} == {"complaint"}


@ON_SQLITE
def test_wrong_person_is_left_in_peace(riattiva: Installation, tmp_path: Path) -> None:
    _, phone = texted(riattiva, tmp_path)
    riattiva.text_back(phone, "Ha sbagliato numero, non sono Lia")
    known = eventually(lambda: (s := riattiva.show(phone))["suppressed"] and s)
    assert known["suppressed"][0]["reason"] == "wrong_person"


@ON_SQLITE
def test_a_forged_or_foreign_link_is_a_clear_404(riattiva: Installation) -> None:
    for door in "spu":
        answer = requests.get(f"{riattiva.service.url}/{door}/made-up", timeout=10)
        assert answer.status_code == 404
        assert "<h1>" in answer.text


@ON_SQLITE
def test_an_impossible_answer_is_met_kindly(riattiva: Installation, tmp_path: Path) -> None:
    wave, _, email_id = emailed(riattiva, tmp_path)
    link = links(riattiva, email_id, "s")[0].split("?")[0]
    answer = requests.post(link, data={"question": "nps", "answer": "42"}, timeout=10)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert requests.post(link, data={}, timeout=10).status_code == 422
    assert riattiva.status(wave)["answered"] == 0
