"""The README's picture of the demo, put together from what the demo drew: `make demo.webp`, after `make demo`."""

import sys
from pathlib import Path

from PIL import Image

ROWS = 380  # pixels of the pages of heatmaps: two rows of pictures of each
GAP = 24


def picture(results: Path) -> Image.Image:
    """Pictures beside their heatmaps; below, which kinds find the planted truth, and which are faithful."""
    drawn = results / "heatmaps/shapes/namer"
    pages = [
        Image.open(drawn / name).convert("RGB") for name in ("cosine-spearman.jpg", "cosine-spearman/pages/page002.jpg")
    ]
    page = Image.new("RGB", (sum(each.width for each in pages), ROWS), "white")
    for number, each in enumerate(pages):
        page.paste(each.crop((0, 0, each.width, ROWS)), (number * pages[0].width, 0))
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
    picture(Path(sys.argv[1])).save(sys.argv[2], "WEBP", quality=85, method=6)
