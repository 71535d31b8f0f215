"""Time by rule: from Snakemake's own files, longest first, and told where there are none."""

import pytest
from unit.figures import legibility

from ais.errors import InputError
from figures import draw_time


def timing(path, seconds, memory):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"s\th:m:s\tmax_rss\n{seconds}\t0:00:01\t{memory}\n")


def test_jobs_by_rule(tmp_path):
    timing(tmp_path / "score_maps/animals/vgg16/cosine-spearman.tsv", 100, 1500)
    timing(tmp_path / "score_maps/animals/vgg16/cosine-spearman/1-of-2.tsv", 4000, 700)
    timing(tmp_path / "examine_maps/animals/vgg16.tsv", 12.4, "-")
    timing(tmp_path / "time_by_rule.tsv", 1, 1)  # this figure's own
    table = draw_time.read(str(tmp_path))
    assert table.groupby("rule")["seconds"].sum().to_dict() == {"score_maps": 4100, "examine_maps": 12.4}
    (figure,) = draw_time.draw(table)
    assert legibility.faults(figure) == []
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["score maps", "examine maps"]
    said = [text.get_text() for text in axes.texts]
    assert {"2", "1 h 08 min", "1.5", "1", "12 s"} <= set(said)


def test_none(tmp_path):
    with pytest.raises(InputError, match="found no timings; expected a study that has run"):
        draw_time.read(str(tmp_path))
