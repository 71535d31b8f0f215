"""The report's first words: a study of pair folds alone is told so."""

from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest

TEXT = Path(__file__).parents[3] / "rules" / "report" / "study.rst"


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
    said = jinja2.Template(TEXT.read_text(encoding="utf-8")).render(snakemake=SimpleNamespace(config=config))
    assert said.startswith("**All folds of this study are by pairs.**" if told else "**Alignment-importance heatmaps**")


@pytest.mark.parametrize("stimuli", ["animals", "scenes"])
def test_below_heatmaps_of_images_that_nobody_judged_it_says_whose_scores_they_are(stimuli):
    study = {"animals": {"judgments": "ratings.csv"}, "scenes": {"heatmaps": {"scores_from": "animals"}}}
    names = SimpleNamespace(stimuli=stimuli, backbone="net", measure="cosine-spearman")
    text = jinja2.Template((TEXT.parent / "heatmaps.rst").read_text(encoding="utf-8"))
    said = text.render(snakemake=SimpleNamespace(config={"stimuli": study}, wildcards=names))
    assert ("Importance is that of the maps for animals, another set" in said) == (stimuli == "scenes")
    assert said.startswith(f"{stimuli}, net, cosine-spearman: images beside") and "{" not in said
