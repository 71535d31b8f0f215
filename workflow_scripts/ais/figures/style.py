"""What all figures share: one look, sizes that a journal prints, and files that are equal when the pictures are."""

import io
import logging
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import pandas as pd

from ais.artifacts import store
from ais.figures import pages

matplotlib.use("Agg")
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every glyph that a PDF takes

MM = 1 / 25.4  # inches
ONE_COLUMN, TWO_COLUMNS, TALLEST = 89.0, 183.0, 240.0  # mm
TITLE, LABEL, TICK, SMALL = 7.0, 6.5, 6.0, 5.0  # points; nothing is smaller than the last
DOTS_PER_INCH = 300

# After Okabe & Ito: told apart by those who are colour-blind, and in grey by their lightness.
RETAINED = "#c8443c"
ALL_MAPS = "#4c6a92"
CENTRE = "#d9a441"
QUIET = "#8a8a8a"
SERIES = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8a8a8a", "#7b5ea7")

LOOK = {
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "font.size": LABEL,
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib: the same letters, of the same widths, everywhere
    "text.parse_math": False,  # a name may hold a dollar
    "axes.titlesize": TITLE,
    "axes.titlelocation": "left",
    "axes.titlepad": 3,
    "axes.labelsize": LABEL,
    "axes.labelpad": 2,
    "axes.linewidth": 0.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": TICK,
    "ytick.labelsize": TICK,
    "lines.linewidth": 1.0,
    "lines.solid_capstyle": "butt",
    "legend.frameon": False,
    "pdf.fonttype": 42,
} | {
    f"{axis}tick.{name}": value
    for axis in "xy"
    for name, value in (
        ("major.size", 2),
        ("major.width", 0.5),
        ("major.pad", 1.5),
        ("minor.size", 1),
        ("minor.width", 0.4),
    )
}


def theme() -> None:
    """The look of every figure: seaborn's for papers, at a journal's sizes."""
    import seaborn as sns  # takes as long to load as the rest together

    matplotlib.rcdefaults()
    sns.set_theme(context="paper", style="ticks", rc=LOOK)


def series(names: Sequence[str]) -> dict[str, str]:
    """A colour a name, in their order; they come again where names are many."""
    return {name: SERIES[number % len(SERIES)] for number, name in enumerate(names)}


def save(figures: Sequence, png: str | Path, table: pd.DataFrame) -> None:
    """Write figures as PNG, a file a page, as one PDF beside it, and as the table they were drawn from; none is dated.

    Raises ValueError for a page that no journal prints: larger than 183 × 240 mm.
    """
    from matplotlib.backends.backend_pdf import PdfPages

    png = Path(png)
    printed = io.BytesIO()
    nothing = {"CreationDate": None, "Producer": None, "Creator": None}
    with PdfPages(printed, metadata=nothing) as pdf:
        for number, figure in enumerate(figures, 1):
            width, height = figure.get_size_inches() / MM
            if width > TWO_COLUMNS + 0.01 or height > TALLEST + 0.01:
                raise ValueError(f"{png}: found a page of {width:.0f} × {height:.0f} mm; expected 183 × 240 at most.")
            drawn = io.BytesIO()
            figure.savefig(drawn, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
            store.write_bytes(pages.numbered(png, number), drawn.getvalue())
            pdf.savefig(figure)
    store.write_bytes(png.with_suffix(".pdf"), printed.getvalue())
    store.write_table(png.with_suffix(".tsv"), table)
