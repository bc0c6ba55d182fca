"""Flow 1 and 2: a launched wave reaches each person once, on the channel they allowed, and nobody else."""

from pathlib import Path

import pytest

from tests.flows.conftest import ON_SQLITE, Installation, address, eventually, mobile, page_text


def test_each_person_is_written_to_once_on_the_channel_they_allowed(
    riattiva: Installation, tmp_path: Path
) -> None:
    phone, texter, reader = mobile(), address("anna"), address("bruno")
    company = riattiva.people(
        tmp_path,
        {
            "Nome": "Anna",
            "E-mail": texter,
            "Cellulare": phone,
            "Consenso marketing": "S",
            "Consenso SMS": "S",
        },
        {
            "Nome": "Bruno",
            "E-mail": reader,
            "Cellulare": mobile(),
            "Consenso marketing": "S",
            "Consenso SMS": "",
        },
        {"Nome": "Carla", "E-mail": address("carla"), "Consenso marketing": "N"},
        {"Nome": "Dino", "E-mail": address("dino")},
    )
    wave = riattiva.launch(tmp_path, company)
    figures = eventually(lambda: (s := riattiva.status(wave))["delivered"] == 2 and s)
    assert figures["selected"] == 4
    assert figures["left_out"] == {"consent_withdrawn": 1, "no_consent": 1}
    assert {(m.channel, m.address) for m in riattiva.messages(wave)} == {("sms", phone), ("email", reader)}
    assert "Rispondi STOP" in riattiva.thread(phone)
    assert "Ciao Anna" in riattiva.thread(phone)
    assert riattiva.inbox(texter) == []


@ON_SQLITE
def test_the_email_carries_what_mailbox_providers_ask_for(riattiva: Installation, tmp_path: Path) -> None:
    reader = address("elena")
    company = riattiva.people(tmp_path, {"Nome": "Elena <b>", "E-mail": reader, "Consenso marketing": "1"})
    wave = riattiva.launch(tmp_path, company)
    eventually(lambda: riattiva.status(wave)["delivered"] == 1)
    (email_id,) = riattiva.inbox(reader)
    shown = riattiva.email(email_id)
    assert "List-Unsubscribe=One-Click" in shown
    assert f"{riattiva.service.url}/u/" in shown
    assert "List-Id" in page_text(shown)
    assert shown.count("?a=") >= 11
    assert f"{riattiva.service.url}/p/" in shown
    assert "-rv_" not in shown


def test_two_contacts_with_one_address_get_one_message(riattiva: Installation, tmp_path: Path) -> None:
    shared = address("info")
    company = riattiva.people(
        tmp_path,
        {
            "Nome": "Fabio",
            "Cognome": "Neri",
            "E-mail": f"info@{shared.split('@')[0]}.example",
            "Consenso marketing": "S",
        },
        {
            "Nome": "Gina",
            "Cognome": "Bianchi",
            "E-mail": f"info@{shared.split('@')[0]}.example",
            "Consenso marketing": "S",
        },
    )
    wave = riattiva.launch(tmp_path, company)
    figures = eventually(lambda: (s := riattiva.status(wave))["delivered"] == 1 and s)
    assert figures["left_out"] == {"same_address": 1}
    assert figures["planned"] == 1


def test_the_control_group_hears_nothing(riattiva: Installation, tmp_path: Path) -> None:
    company = riattiva.people(
        tmp_path, *({"E-mail": address(f"c{n}"), "Consenso marketing": "S"} for n in range(40))
    )
    wave = riattiva.launch(tmp_path, company, control=50)
    figures = eventually(lambda: (s := riattiva.status(wave))["delivered"] == s["treated"] > 0 and s)
    assert figures["control"] + figures["treated"] == 40
    assert 5 <= figures["control"] <= 35


def test_a_reminder_goes_only_to_the_silent(riattiva: Installation, tmp_path: Path) -> None:
    talker, silent = mobile(), mobile()
    company = riattiva.people(
        tmp_path,
        *({"Nome": "Ugo", "Cellulare": phone, "Consenso SMS": "S"} for phone in (talker, silent)),
    )
    more = "  - {name: reminder, after: 6 seconds, channels: [sms], only: no_answer}\n"
    wave = riattiva.launch(tmp_path, company, more=more)
    eventually(lambda: riattiva.status(wave)["delivered"] == 2)
    riattiva.text_back(talker, "9")
    eventually(lambda: riattiva.status(wave)["answered"] == 1)
    eventually(lambda: "ci manca solo la tua risposta" in riattiva.thread(silent))
    assert "ci manca solo" not in riattiva.thread(talker)
    assert len([m for m in riattiva.messages(wave) if m.step == "reminder"]) == 1


def test_cancel_takes_back_what_has_not_left(riattiva: Installation, tmp_path: Path) -> None:
    company = riattiva.people(tmp_path, {"E-mail": address("ivo"), "Consenso marketing": "S"})
    more = "  - {name: reminder, after: 1 hour, channels: [email], only: no_answer}\n"
    wave = riattiva.launch(tmp_path, company, more=more)
    eventually(lambda: riattiva.status(wave)["delivered"] == 1)
    riattiva.run("waves", "cancel", wave, "--yes")
    assert riattiva.status(wave)["state"] == "canceled"
    assert "cannot become" in riattiva.run("waves", "resume", wave, ok=False)


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ("survey: riattivazione", "there is no survey"),
        ("control: 0", "control"),
        ("- name: invite", "name"),
        ("segment:", "not known"),
    ],
)
@ON_SQLITE
def test_a_bad_wave_file_is_refused_with_its_line(
    riattiva: Installation, tmp_path: Path, spoiled: str, said: str
) -> None:
    better = {
        "survey: riattivazione": "survey: nonesiste",
        "control: 0": "control: tanti",
        "- name: invite": "- name: Invito!",
        "segment:": "segmento:",
    }
    good = (
        "name: Prova\nsurvey: riattivazione\nsegment: {dormancy: [never_engaged]}\ncontrol: 0\nsteps:\n"
        "  - name: invite\n    channels: [email]\n"
    )
    file = tmp_path / "bad.yaml"
    file.write_text(good.replace(spoiled, better[spoiled]))
    answer = riattiva.run("waves", "launch", str(file), "--yes", ok=False)
    assert said in answer
    assert "Traceback" not in answer
