"""What all figures share: one look, and files that are equal when the pictures are."""

import io
import logging
from pathlib import Path

import matplotlib
import pandas as pd

from ais.artifacts import store

matplotlib.use("Agg")
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every glyph that a PDF takes

RETAINED = "#c8443c"
ALL_MAPS = "#4c6a92"
CENTRE = "#d9a441"
QUIET = "#8a8a8a"


def theme() -> None:
    """The look of every figure."""
    import seaborn as sns  # takes as long to load as the rest together

    sns.set_theme(
        context="paper",
        style="ticks",
        font_scale=1.1,
        rc={
            "axes.spines.top": False,
            "axes.spines.right": False,
            "legend.frameon": False,
            "pdf.fonttype": 42,
        },
    )


def save(figure, png: str | Path, table: pd.DataFrame) -> None:
    """Write a figure as PNG, as PDF beside it, and as the table it was drawn from; none bears a date."""
    png = Path(png)
    for path, kind, metadata in (
        (png, "png", {"Software": None}),
        (png.with_suffix(".pdf"), "pdf", {"CreationDate": None, "Producer": None, "Creator": None}),
    ):
        drawn = io.BytesIO()
        figure.savefig(drawn, format=kind, dpi=160, bbox_inches="tight", metadata=metadata)
        store.write_bytes(path, drawn.getvalue())
    store.write_table(png.with_suffix(".tsv"), table)
