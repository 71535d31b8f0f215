"""The README's picture of the explorer, as the demo fills it: `make explorer.webp`, after `make demo`."""

import io
import sys
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "workflow_scripts"))

from browser.conftest import CHROMIUM, settle

SEEN = {"image": "green_star_1", "leading": 1, "contour": "maps 10", "scale": "own"}
WIDTH, HEIGHT, SHARPNESS = 1360, 1110, 1.25


def picture(results: Path) -> Image.Image:
    """One image of the demo: its heatmaps by the trained network, and the maps that make them."""
    address = (results.resolve() / "explorer/index.html").as_uri()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        size = {"width": WIDTH, "height": HEIGHT}
        page = browser.new_page(viewport=size, device_scale_factor=SHARPNESS, color_scheme="light")
        page.goto(f"{address}#{urlencode(SEEN)}")
        page.wait_for_selector("html[data-ready]")
        settle(page)
        page.wait_for_timeout(500)  # what is drawn last is seen
        shot = page.screenshot()
        browser.close()
    return Image.open(io.BytesIO(shot)).convert("RGB")


if __name__ == "__main__":
    picture(Path(sys.argv[1])).save(sys.argv[2], "WEBP", quality=80, method=6)
