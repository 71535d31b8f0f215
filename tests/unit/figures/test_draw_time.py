"""Where a study's time went: from the last lines of its logs, longest rules first, node by node, and told if none."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from unit.figures import legibility

from ais.errors import InputError
from ais.figures import style
from ais.workflow import job_notes
from figures import draw_time

ROOT = Path(__file__).parents[3]


def logged(path, seconds, memory, node="node1", gpu="none", began="2026-03-01T10:00:00Z"):
    path.parent.mkdir(parents=True, exist_ok=True)
    ended = np.datetime64(began.rstrip("Z")) + np.timedelta64(int(seconds), "s")
    path.write_text(
        f"at work\ntook {seconds} s, 3.0 s of CPU, {memory} MB at most; on {node}, GPU {gpu}; "
        f"from {began} to {ended}Z\n"
    )


@pytest.fixture
def logs(tmp_path):
    logged(tmp_path / "score_maps/animals/vgg16/cosine-spearman.log", 100.0, 1500, gpu="NVIDIA H200 GPU-1 (900 MB)")
    logged(tmp_path / "score_maps/animals/vgg16/cosine-spearman.pairs/1-of-2.log", 4000.0, 700, "node2")
    logged(tmp_path / "examine_maps/animals/vgg16.log", 12.4, 100, "node2", began="2026-03-01T10:00:10Z")
    logged(tmp_path / "list_notes.log", 1.0, 90, began="2026-03-03T10:00:00Z")
    (tmp_path / "draw_time.log").write_text("")  # this figure's own
    (tmp_path / "score_maps/failed.log").write_text("at work\nerror: disk: no space left\n")
    return tmp_path


def test_jobs_by_rule(logs):
    table = draw_time.read(str(logs))
    assert table.groupby("rule")["seconds"].sum().to_dict() == {
        "score_maps": 4100, "examine_maps": 12.4, "list_notes": 1
    }  # fmt: skip
    row = table.set_index("job").loc["animals/vgg16/cosine-spearman"]
    assert (row["node"], row["gpu"], row["max_mb"]) == ("node1", "NVIDIA H200 GPU-1 (900 MB)", 1500)
    assert (row["started"], row["ended"]) == ("2026-03-01T10:00:00Z", "2026-03-01T10:01:40Z")
    style.theme()
    figure = draw_time.by_rule(table)
    assert legibility.faults(figure) == []
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["score maps", "examine maps", "list notes"]
    said = [text.get_text() for text in axes.texts]
    assert {"2", "1 h 08 min", "1.5", "1", "12 s"} <= set(said)


def test_jobs_by_node(logs):
    style.theme()
    figure = draw_time.by_node(draw_time.read(str(logs)))
    assert legibility.faults(figure) == []
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["node1", "node1, NVIDIA H200 GPU-1", "node2"]
    bars = sorted((bar.get_x() * 60, bar.get_width() * 60, round(bar.get_y() - 0.1, 6)) for bar in axes.patches)
    np.testing.assert_allclose(
        bars, [(0, 100, 1.5), (0, 4000, 3), (10, 12, 4), (4000, 1, 0)], rtol=1e-9, atol=1e-9
    )  # two days in which nothing ran are left out
    (idle,) = axes.lines
    assert idle.get_xdata()[0] * 60 == pytest.approx(4000)


def test_many_nodes_stay_on_a_page(tmp_path):
    for number in range(60):
        for job in range(4):
            logged(tmp_path / f"score_maps/{number}-{job}.log", 50.0 + number, 10, f"node{number:03d}.of.a.long.name")
    style.theme()
    figure = draw_time.by_node(draw_time.read(str(tmp_path)))
    assert legibility.faults(figure) == []
    assert len(figure.axes[0].get_yticklabels()) == draw_time.NODES_SHOWN


def test_none(tmp_path):
    with pytest.raises(InputError, match="found no log of a job that ended"):
        draw_time.read(str(tmp_path))


def test_what_a_script_took_is_the_last_line_it_says(tmp_path):
    """By the launcher, as every job runs; where it fails, the error stays the last line."""
    (tmp_path / "one.tsv").write_text("gain\n0.1\n")
    launcher = [
        ROOT / "workflow_scripts/run",
        "inference.join_tables",
        "--columns",
        "stimuli",
        "--comparisons",
        "animals",
    ]
    launcher += ["--output", tmp_path / "all.tsv", "--tables", tmp_path / "one.tsv"]

    def said(*more):
        environment = os.environ | {"AIS_PYTHON": sys.executable}
        return subprocess.run([*launcher, *more], env=environment, capture_output=True, text=True, check=False).stderr

    assert said(tmp_path / "another.tsv").splitlines()[-1].startswith("error: ")
    (tmp_path / "join_transfer.log").write_text(said())
    (row,) = job_notes.read(tmp_path)
    assert (row["rule"], row["job"], row["gpu"]) == ("join_transfer", "", "none")
    assert 10 < int(row["max_mb"]) < 2000
    assert row["started"] <= row["ended"]
    assert re.fullmatch(r"\S+", row["node"])
