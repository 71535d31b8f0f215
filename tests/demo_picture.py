"""The README's picture of the demo, put together from what the demo drew: `make demo.png`, after `make demo`."""

import sys
from pathlib import Path

from PIL import Image

ROWS = 612  # pixels of the page of heatmaps: four rows of pictures
GAP = 24


def picture(results: Path) -> Image.Image:
    """Pictures beside their heatmaps; below, which kinds find the planted truth, and which are faithful."""
    page = Image.open(results / "heatmaps/shapes/namer/cosine-spearman.jpg").convert("RGB")
    page = page.crop((0, 0, page.width, ROWS))
    whole = Image.new("RGB", (page.width, page.height + 420), "white")
    whole.paste(page, (0, 0))
    left, bottom, room = 0, 0, page.width - GAP
    for name, share in (("planted_truth", 0.4), ("faithfulness/shapes", 0.6)):
        figure = Image.open(results / f"figures/{name}.png").convert("RGB")
        width = round(room * share)
        figure = figure.resize((width, round(figure.height * width / figure.width)), Image.Resampling.LANCZOS)
        whole.paste(figure, (left, page.height + GAP))
        left, bottom = left + width + GAP, max(bottom, figure.height)
    return whole.crop((0, 0, whole.width, page.height + GAP + bottom))


if __name__ == "__main__":
    picture(Path(sys.argv[1])).quantize(256).save(sys.argv[2], optimize=True)
