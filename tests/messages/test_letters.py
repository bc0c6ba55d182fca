"""The email as readers, mail programs and the provider meet it: links, headers, escaping, layouts of one's own."""

import re
from dataclasses import replace
from email.utils import parseaddr
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app import runtime
from app.db import new_id
from app.messages import letters, letters_check, letters_layout
from app.messages.emails import fill
from app.messages.letters import Words
from app.settings import Settings
from app.surveys.definition import BadSurvey, load
from app.surveys.survey import Layout, Survey

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "riattivazione.mjml"
SURVEY = runtime.SURVEYS_FOLDER / "riattivazione.yaml"
OWN = """<mjml><mj-head><mj-title>{{ subject }}</mj-title><mj-preview>{{ preheader }}</mj-preview></mj-head>
<mj-body width="600px"><mj-section><mj-column>
  <mj-text>{{ first_name }} &amp; co: {{ heading }}</mj-text>
  {% for paragraph in paragraphs %}<mj-text>{{ paragraph }}</mj-text>{% endfor %}
  <mj-table><tr>{% for click in clicks %}<td bgcolor="#0b5f6b"><a href="{{ click.url }}">{{ click.label }}</a></td>
  {% endfor %}</tr></mj-table>
  <mj-button href="{{ survey_url }}">{{ button }}</mj-button>
  <mj-text>{{ organisation }}, {{ postal_address }} <a href="{{ preferences_url }}">{{ preferences }}</a>
  <a href="{{ privacy_url }}">{{ privacy }}</a> <a href="https://altrove.example/">altrove</a></mj-text>
</mj-column></mj-section></mj-body></mjml>"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        secret_keys=["k" * 32],
        public_url="https://sondaggi.ditta.example",
        organisation_name="Rossi & C. <Torino>",
        postal_address="Via Roma 1, Torino",
        privacy_url="https://ditta.example/privacy?a=1&b=2",
        sendgrid_from_email="noi@posta.ditta.example",
    )


@pytest.fixture
def survey() -> Survey:
    return load(SURVEY)


def laid_out(settings: Settings, survey: Survey) -> letters.Letter:
    words = letters.words_of(survey, survey.emails["invite"]["it"], "it")
    return letters.lay_out(settings, words, "it", list_id="a.ditta.example", layout=survey.layout)


def filled(settings: Settings, letter: letters.Letter, first_name: str) -> letters.Letter:
    """As one recipient gets it."""
    whole = letter.subject + letter.text + letter.html
    links = letters.links(settings.secret_keys, whole, new_id(), new_id())
    values = letters.personal(whole, {"first_name": first_name}) | links
    return replace(
        letter,
        subject=fill(letter.subject, values),
        text=fill(letter.text, values),
        html=fill(letter.html, values),
    )


class Seen(HTMLParser):
    """What stands in the HTML: links with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_headers_are_those_that_mailbox_providers_ask_for(settings: Settings, survey: Survey) -> None:
    headers = laid_out(settings, survey).headers
    assert headers["List-Unsubscribe"] == "<https://sondaggi.ditta.example/u/-rv_unsubscribe->"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parseaddr(headers["List-Id"]) == ("Rossi & C. <Torino>", "a.ditta.example")
    assert headers["Auto-Submitted"] == "auto-generated"
    assert "Precedence" not in headers
    answer = letters.lay_out(settings, Words("Re", ("Ciao",), answers=True), "it", list_id="a.ditta.example")
    assert answer.headers["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize("layout", [None, Layout("riattivazione.mjml", OWN)])
def test_nothing_personal_is_read_as_html_and_our_links_are_not_tracked(
    settings: Settings, survey: Survey, layout: Layout | None
) -> None:
    letter = laid_out(settings, replace(survey, layout=layout))
    mail = filled(settings, letter, '<b>Ada</b> & "Ugo" -rv_survey-')
    seen = Seen(mail.html)
    assert '<b>Ada</b> & "Ugo"' in seen.text
    assert "<b>Ada" not in mail.html
    assert "Via Roma 1, Torino" in seen.text
    assert "Via Roma 1, Torino" in mail.text
    ours = [link for link in seen.links if str(link["href"]).startswith(settings.public_url)]
    assert len(ours) == 13, "eleven scores, the survey, the way out"
    assert all(link["clicktracking"] == "off" for link in ours)
    if layout:
        assert all("clicktracking" not in link for link in seen.links if link not in ours)


def test_the_row_of_scores_survives_outlook_and_the_dark(settings: Settings, survey: Survey) -> None:
    html = laid_out(settings, survey).html
    cells = re.findall(r'<td class="fill"[^>]*>', html)
    assert len(cells) == 11
    # Word draws a cell's colour and its room from these alone.
    assert all('bgcolor="#0b5f6b"' in cell and "mso-padding-alt:12px 0" in cell for cell in cells)
    assert '<!--[if mso]><table role="presentation" width="600"' in html
    assert "prefers-color-scheme: dark" in html
    assert "<img" not in html
    assert len(html.encode()) < letters_check.CLIPPED


@pytest.mark.parametrize(
    ("mended", "says"),
    [
        (OWN.replace("{{ first_name }}", "{{ fist_name }}"), "did you mean `first_name`"),
        (OWN.replace("{{ first_name }}", "{{ clicks[0].nome }}"), "no attribute 'nome'"),
        (OWN.replace("{{ first_name }}", "{{ ''.__class__.__mro__ }}"), "unsafe"),
        (OWN.replace("{{ first_name }}", "{% if x %}"), "end of template"),
        (OWN.replace("</mjml>", ""), "unexpected end"),
        (OWN.replace("<mj-table>", "<mj-tabella>").replace("</mj-table>", "</mj-tabella>"), "<mj-tabella>"),
        (OWN.replace("{{ preferences_url }}", "/stop"), "unsubscribe"),
        (OWN.replace("{{ postal_address }}", ""), "address"),
        (OWN.replace("{{ survey_url }}", "/").replace("{{ click.url }}", "/"), "nobody could answer"),
        ("{% if look == 'stars' %}{{ nowhere }}{% endif %}" + OWN, "`nowhere` is not known"),
    ],
)
def test_a_layout_of_ones_own_is_refused_before_anything_is_sent(
    settings: Settings, survey: Survey, mended: str, says: str
) -> None:
    found = letters_check.problems(replace(survey, layout=Layout("riattivazione.mjml", mended)), settings)
    assert says in "\n".join(map(str, found))


def test_a_sound_layout_has_no_problems_and_is_found_beside_its_survey(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / SURVEY.name
    file.write_text(SURVEY.read_text("utf-8"), "utf-8")
    file.with_suffix(".mjml").write_text(OWN, "utf-8")
    assert load(file).layout == Layout("riattivazione.mjml", OWN)
    for sound in (OWN, EXAMPLE.read_text("utf-8")):
        file.with_suffix(".mjml").write_text(sound, "utf-8")
        assert letters_check.problems(load(file), settings) == []
    file.with_suffix(".html").write_text("<p>", "utf-8")
    with pytest.raises(BadSurvey, match="keep one"):
        load(file)


def test_a_layout_reaches_nothing_but_what_it_is_given(settings: Settings, survey: Survey) -> None:
    for source in ("{{ paragraphs.append('x') }}", "{% include 'email.html' %}{{ settings }}"):
        with pytest.raises(letters_layout.BadLayout):
            laid_out(settings, replace(survey, layout=Layout("riattivazione.html", source)))
