"""How long the explorer takes until something is seen, and until the next image is; how large it is.

    python tests/benchmarks/explorer_page.py --output results/benchmarks/explorer.tsv

On a page of the paper's size (6 sets × 8 networks × 2 analyses, generated), and on the demo's, where it has run.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import pandas as pd
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[2] / "workflow_scripts"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.conftest import CHROMIUM, settle
from browser.paper_size import paper_size

from ais.artifacts import store

DEMO, REPEATS = Path("results/explorer"), 5


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", required=True, help="TSV: a row a page; seconds are the least of several")
    return parser


def measured(browser, folder: Path) -> dict:
    """Seconds from opening a page to its first view, and from a key to the next image; megabytes."""
    first, following = [], []
    for _ in range(REPEATS):
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto((folder.resolve() / "index.html").as_uri())
        page.wait_for_selector("html[data-ready]")
        settle(page)
        first.append(page.evaluate("performance.now()") / 1000)
        started = page.evaluate("performance.now()")
        page.keyboard.press("ArrowRight")
        settle(page)
        following.append((page.evaluate("performance.now()") - started) / 1000)
        page.close()
    data = [path.stat().st_size / 1e6 for path in (folder / "data").glob("*.js")]
    page = (folder / "index.html").stat().st_size / 1e6
    seconds = {"first_view_s": min(first), "next_image_s": min(following)}
    return seconds | {"first_view_mb": page + max(data), "all_mb": page + sum(data)}


def main(arguments: argparse.Namespace) -> None:
    rows = []
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        pages = {"paper's size": paper_size(Path(folder) / "paper").results / "explorer"}
        pages |= {"demo": DEMO} if DEMO.exists() else {}
        for name, each in pages.items():
            rows.append({"page": name, **measured(browser, each)})
        browser.close()
    store.write_table(arguments.output, table := pd.DataFrame(rows))
    print(table.to_string(index=False))


if __name__ == "__main__":
    main(parser().parse_args())
