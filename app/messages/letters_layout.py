"""Turns the facts of an email into HTML and text: by our own templates, or by the layout a survey brings along."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from mjml import mjml2html

from app.errors import BadInput
from app.surveys.survey import Layout

PERSONAL = ("first_name", "last_name", "company", "owner")
"""The values of one contact that a layout may name."""
_OURS = '<a(?![^>]*\\bclicktracking)(?=[^>]*\\bhref="{url})'


class BadLayout(BadInput):
    """A survey's own layout cannot be used."""


@cache
def environment(kind: str) -> ImmutableSandboxedEnvironment:
    """Where templates of this kind (html, txt) are rendered: they reach nothing but what they are given, and a
    name nobody gave is an error."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=kind == "html",
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def built_in(kind: str) -> Template:
    """The template of every email without a layout of its own."""
    return environment(kind).get_template(f"email.{kind}")


def own(layout: Layout, facts: Mapping[str, Any], public_url: str) -> str:
    """The HTML of an email in the survey's own layout; raises BadLayout.

    MJML is compiled after the values are in their places. Links of ours are left untouched by click tracking: they
    are graded at our door.
    """
    try:
        html = _compiled(layout).render(facts)
        if layout.name.endswith(".mjml"):
            # No fonts: fetching one would tell its host who reads, and when.
            html = mjml2html(html, fonts={})
    except (TemplateError, ValueError, TypeError) as error:
        raise BadLayout(told(error), where=layout.name) from None
    return re.sub(_OURS.format(url=re.escape(public_url)), '<a clicktracking="off"', html)


def told(error: Exception) -> str:
    """What is wrong with a template, with its line where Jinja knows it."""
    line = f"line {error.lineno}: " if isinstance(error, TemplateSyntaxError) else ""
    return f"{line}{error}"


@lru_cache(maxsize=16)
def _compiled(layout: Layout) -> Template:
    return environment("html").from_string(layout.text)
