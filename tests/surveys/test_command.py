"""`riattiva surveys`: what an author sees in the terminal."""

from pathlib import Path

from click.testing import CliRunner

from app.cli.main import main
from tests.paths import ROOT

EVERYTHING = ROOT / "tests" / "surveys" / "files" / "everything.yaml"


def _run(*words: str, said: str = "", env: dict[str, str] | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["surveys", *words], input=said, env=env)
    return result.exit_code, result.output


def test_check_names_every_problem_with_its_line_and_the_cost_of_what_is_good(tmp_path: Path) -> None:
    code, told = _run("check", "-v", str(EVERYTHING))
    assert code == 0
    assert f"{EVERYTHING}: good" in told
    assert "longest in en:" in told
    bad = tmp_path / "everything.yaml"
    bad.write_text(
        EVERYTHING.read_text("utf-8").replace("Thank you so much!", "See www.elsewhere.com!"), "utf-8"
    )
    code, told = _run("check", str(bad), "--host", "aurora.it")
    assert code == 2
    assert f"{bad}:" in told
    assert "`elsewhere.com` is not our own domain (aurora.it)" in told


def test_links_are_held_to_the_public_url_and_told_where_it_is_local(tmp_path: Path) -> None:
    text = EVERYTHING.read_text("utf-8")
    for old, new in (
        ("Grazie di cuore!", "Vedi https://www.altrove.it/x"),
        ("Thank you so much!", "See altrove.com/offerte"),
        ("Hello {first_name}, will you help?", "Hello {first_name}, see https://altrove.org"),
    ):
        assert old in text
        text = text.replace(old, new)
    bad = tmp_path / "everything.yaml"
    bad.write_text(text, "utf-8")
    sites = ("altrove.it", "altrove.com", "altrove.org")
    for local in ("http://127.0.0.1:8944", "http://localhost:8000"):
        code, told = _run("check", str(bad), env={"PUBLIC_URL": local})
        assert code == 0
        assert [f"`{site}` may not be" in told for site in sites] == [True] * 3
        assert told.count("--host") == 3
        assert "good" not in told
    code, told = _run("check", str(bad), env={"PUBLIC_URL": "https://survey.aurora.it"})
    assert code == 2
    assert [f"error: {bad}:" in told and f"`{site}` is not our own" in told for site in sites] == [True] * 3
    assert (
        _run("check", str(EVERYTHING), env={"PUBLIC_URL": "http://127.0.0.1"})[1] == f"{EVERYTHING}: good\n"
    )


def test_a_survey_is_talked_through_as_sms() -> None:
    code, told = _run("try", "riattivazione", said="6, consegne lente\nRESTO\n")
    assert code == 0
    assert "siamo Officine Aurora" in told
    assert "SMS]" in told
    assert "answered nps: 6" in told
    assert "answered why_low: 'consegne lente'" in told
    assert "Ended(how='completed')" in told


def test_a_survey_is_talked_through_as_pages_with_every_kind_of_answer() -> None:
    said = "no\nname=Paul Black, email=p@x.org\n"
    code, told = _run(
        "try", "aggiornamento-dati", "--channel", "web", "--lang", "en", said="perhaps\n" + said
    )
    assert code == 0
    assert "(1/" in told
    assert "[yes] STILL ME" in told
    assert "! Sorry, I did not follow" in told
    assert "{'name': 'Paul Black', 'email': 'p@x.org'}" in told
    code, told = _run("try", "riconquista", "--channel", "web", said="-\n-\n-\n\n")
    assert code == 0
    assert "[" in told


def test_stop_and_help_come_before_the_survey_as_they_do_live() -> None:
    code, told = _run("try", "riattivazione", said="AIUTO\nHELP\n8\nSTOP\nnever read\n")
    assert code == 0
    assert "rispondi alla domanda con parole tue" in told
    assert "the carrier answers it by itself" in told
    assert "answered nps: 8" in told
    assert "stop word" in told
    assert "answered why_mid" not in told
    code, told = _run("try", "riattivazione", "--lang", "en", said="please remove me from your list\n9\n")
    assert code == 0
    assert "asks to stop ('remove me from your list')" in told
    assert "answered" not in told
    told = _run("try", "invito-evento", "--lang", "en", said="yes\n")[1]
    assert "answered coming: 'yes'" in told, "a plain yes to a question is its answer"


def test_the_end_of_the_input_is_no_failure() -> None:
    code, told = _run("try", "riattivazione", said="8\n")
    assert code == 0
    assert "end of input" in told
    assert "Aborted" not in told


def test_options_of_a_page_are_named_by_label_and_an_opt_out_there_ends_it() -> None:
    said = "il servizio\nmale\nprezzi più chiari, person\nTOGLIETEMI\n"
    told = _run("try", "riconquista", "--channel", "web", said=said)[1]
    assert "answered reason: 'service'" in told
    assert "('prices', 'person')" in told
    said = "6\ncancellatemi dalla lista\nRESTO\n"
    code, told = _run("try", "riattivazione", "--channel", "web", said=said)
    assert code == 0
    assert "asks to stop" in told
    assert "consent" not in told.split("asks to stop")[1].split("withdrawn")[1]


def test_an_unknown_survey_is_answered_with_those_there_are() -> None:
    assert "siamo" in _run("try", str(EVERYTHING))[1], "a file that is not in surveys/ yet"
    code, told = _run("try", "nessuno")
    assert code == 2
    assert "riattivazione" in told
