"""The report's first words: what was found; where nothing was yet, a study of pair folds alone is told so."""

from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest
from docutils.core import publish_parts

TEXT = Path(__file__).parents[3] / "rules" / "report" / "study.rst"


def rendered(config, files):
    """The text as Snakemake makes it."""
    template = jinja2.Environment(trim_blocks=True, lstrip_blocks=True).from_string(TEXT.read_text(encoding="utf-8"))
    return template.render(snakemake=SimpleNamespace(config=config), files=files).lstrip()


@pytest.mark.parametrize(
    ("analyses", "told"),
    [
        ({"paper": {"split": "pairs"}}, True),
        ({"paper": {}}, True),
        ({"paper": {"split": "pairs"}, "strict": {"split": "images"}}, False),
        (None, False),
    ],
)
def test_a_study_of_pair_folds_alone_is_told_at_the_top(analyses, told):
    config = {} if analyses is None else {"analyses": analyses}
    said = rendered(config, [])
    assert said.startswith("**All folds of this study are by pairs.**" if told else "**Alignment-importance heatmaps**")


@pytest.mark.parametrize("stimuli", ["animals", "scenes"])
def test_below_heatmaps_of_images_that_nobody_judged_it_says_whose_scores_they_are(stimuli):
    study = {"animals": {"judgments": "ratings.csv"}, "scenes": {"heatmaps": {"scores_from": "animals"}}}
    names = SimpleNamespace(stimuli=stimuli, backbone="net", measure="cosine-spearman")
    text = jinja2.Template((TEXT.parent / "heatmaps.rst").read_text(encoding="utf-8"))
    said = text.render(snakemake=SimpleNamespace(config={"stimuli": study}, wildcards=names))
    assert ("Importance is that of the maps for animals, another set" in said) == (stimuli == "scenes")
    assert said.startswith(f"{stimuli}, net, cosine-spearman: images beside") and "{" not in said


def test_what_was_found_comes_first(tmp_path):
    """Read as it is: what looks like a template, or like markup, in a name is neither."""
    opening = "<h1>What was found</h1><p>{{ 1 + 1 }} *and* &lt;script&gt;</p>"
    (tmp_path / "opening.html").write_text(opening, encoding="utf-8")
    files = [SimpleNamespace(target=path.name, path=path) for path in (Path("summary.tsv"), tmp_path / "findings.html")]
    html = publish_parts(rendered({}, files), writer_name="html", settings_overrides={"halt_level": 2})["html_body"]
    assert opening in html and html.index(opening) < html.index("arXiv 2409.16292")
