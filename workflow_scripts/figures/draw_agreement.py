"""Draw how far backbones agree in their heatmaps, beside how far they agree in plain activation."""

import argparse

import numpy as np
import pandas as pd

from ais.heatmaps import shown
from ais.workflow.command_line import run

KINDS = ("importance/images", "place", "gradient", "activation")


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summary", required=True, help="TSV of compare_backbones.py, joined")
    parser.add_argument("--output", required=True, help="PNG; PDF and TSV are written beside it")
    return parser


def matrix(table: pd.DataFrame, backbones: list[str]) -> np.ndarray:
    """Mean r (backbones, backbones) of a kind; NaN on the diagonal."""
    found = np.full((len(backbones), len(backbones)), np.nan)
    for row in table.itertuples():
        one, other = backbones.index(row.backbone_a), backbones.index(row.backbone_b)
        found[one, other] = found[other, one] = row.mean
    return found


def draw(table: pd.DataFrame):
    """A row a set and measure, a matrix a kind: mean r over images."""
    import matplotlib.pyplot as plt

    from ais.figures import style

    style.theme()
    rows = list(table.groupby(["stimuli", "measure"], sort=False))
    most = max(len(names_of(own)) for _, own in rows)
    side = max(1.5, 0.36 * most + 0.4)
    figure, axes = plt.subplots(
        len(rows), len(KINDS), figsize=(side * len(KINDS) + 1.4, (side + 0.2) * len(rows) + 0.6), squeeze=False,
        layout="constrained",
    )  # fmt: skip
    for panels, (about, own) in zip(axes, rows, strict=True):
        backbones = names_of(own)
        for panel, kind in zip(panels, KINDS, strict=True):
            values = matrix(own[own["kind"] == kind], backbones)
            image = panel.imshow(values, vmin=-1, vmax=1, cmap="PuOr_r")
            for (row, column), r in np.ndenumerate(values):
                if not np.isnan(r):
                    light = abs(r) > 0.6
                    panel.text(column, row, f"{r:.2f}", ha="center", va="center", fontsize=6,
                               color="white" if light else "black")  # fmt: skip
            panel.set_xticks(range(len(backbones)), backbones, rotation=90, fontsize="x-small")
            panel.set_yticks(range(len(backbones)), backbones, fontsize="x-small")
            panel.set_title(shown.NAMES[kind], fontsize="small")
        panels[0].set_ylabel(", ".join(about), fontsize="small")
        for panel in panels[1:]:
            panel.set_yticks([])
    figure.colorbar(image, ax=axes, shrink=0.6, label="mean r over images")
    return figure


def names_of(table: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys([*table["backbone_a"], *table["backbone_b"]]))


def main(arguments: argparse.Namespace) -> None:
    from ais.figures import style

    table = pd.read_csv(arguments.summary, sep="\t")
    table = table[table["kind"].isin(KINDS)]
    style.save(draw(table), arguments.output, table)


if __name__ == "__main__":
    run(parser(), main)
