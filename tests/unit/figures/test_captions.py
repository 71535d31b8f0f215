"""Every figure has a caption that renders, says which set it shows, and claims nothing that inference calls invalid."""

import re
from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest

RULES = Path(__file__).parents[3] / "rules"
FIGURES = re.findall(r'figure\(\s*"([^"]+)"', (RULES / "figures.smk").read_text(encoding="utf-8"))


def test_all_are_found():
    assert len(FIGURES) == 14


@pytest.mark.parametrize("figure", FIGURES)
def test_a_caption(figure):
    text = (RULES / f"report/{figure.split('/')[0]}.rst").read_text(encoding="utf-8")
    wildcards = SimpleNamespace(**{name: f"<{name}>" for name in re.findall(r"{(\w+)}", figure)})
    said = jinja2.Template(text, undefined=jinja2.StrictUndefined).render(
        snakemake=SimpleNamespace(wildcards=wildcards)
    )
    assert all(name in said for name in vars(wildcards).values())
    assert "t-test" not in said and not re.search(r"\bp [<=]", said)
    without = ("leak", "additivity", "categories", "transfer", "agreement/{stimuli}", "similarities/{stimuli}")
    assert "interval" in said or figure in without
