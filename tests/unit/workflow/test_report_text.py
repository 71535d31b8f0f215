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
