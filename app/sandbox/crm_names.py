"""Names and words the sample CRM is made of; people's names lie in crm_names.json, by language."""

import json
from pathlib import Path

PEOPLE: dict[str, dict[str, list[str]]] = json.loads(
    (Path(__file__).parent / "crm_names.json").read_text(encoding="utf-8")
)
PLACES = (
    ("MI", "Lombardia", "20121"),
    ("BS", "Lombardia", "25121"),
    ("BG", "Lombardia", "24121"),
    ("VI", "Veneto", "36100"),
    ("PD", "Veneto", "35121"),
    ("BO", "Emilia-Romagna", "40121"),
    ("MO", "Emilia-Romagna", "41121"),
    ("TO", "Piemonte", "10121"),
    ("AN", "Marche", "60121"),
    ("FI", "Toscana", "50121"),
    ("NA", "Campania", "80121"),
    ("BA", "Puglia", "70121"),
)
SECTORS = (
    "Alimentare",
    "Automotive",
    "Tessile",
    "Farmaceutico",
    "Logistica",
    "Packaging",
    "Meccanica",
    "Legno",
)
ROLES = (
    "Direttore tecnico",
    "Responsabile produzione",
    "Controllo qualità",
    "Resp. manutenzione",
    "Amministratore delegato",
    "Ufficio tecnico",
    "Titolare",
    "Responsabile acquisti",
)
AGENTS = ("Ferri", "Bianchi", "Colombo", "Rossetti", "Marchetti")
COMPANIES = {
    "IT": (
        "{a} SPA",
        "{a}-{b} SPA",
        "{a} s.r.l.",
        "{a}-{b} s.r.l.",
        "{a} e figli",
        "{a} Group",
        "{a}, {b} e {c}",
    ),
    "EN": ("{a} Ltd", "{a}-{b}", "{a} PLC", "{a} Inc", "{a}, {b} and {c}", "{a} LLC"),
    "DE": ("{a} GmbH", "{a} AG", "{a} & {b} KG"),
    "FR": ("{a} SARL", "{a} et {b}", "{a} SA"),
}
