"""The report: its chapters, and under which title an output stands in it. No rules."""

from ais.figures.pages import numbered

# The chapters in their order, and the titles of what stands in them, in place of file names.
CHAPTERS = {
    "Findings": "What was found",
    "Pruning": "Gain",
    "Inference": "Maps and sets",
    "Heatmaps": "Heatmaps",
    "Saliency": "Saliency" if any(stimuli["saliency"] for stimuli in STIMULI.values()) else None,
    "Agreement": "Agreement of networks" if len(BACKBONES) > 1 else None,
    "Stimuli": "Study and data",
    "Demo": "Planted truth",
}
HELD = [name for name, title in CHAPTERS.items() if title]
CHAPTERS = {name: f"{HELD.index(name) + 1 if name in HELD else ''} {title}" for name, title in CHAPTERS.items()}
FIGURE_TITLES = {
    "pruning_gain": "What pruning gains",
    "pruning_curves": "Alignment while maps are added",
    "leak": "What folds by pairs leak",
    "strategies": "Ways to choose maps",
    "additivity": "Does importance add up?",
    "transfer": "Maps of one set on another",
    "categories": "Within and across categories",
    "faithfulness": "What each kind of heatmap is worth",
    "saliency": "Heatmaps and saliency",
    "agreement": "Do networks agree?",
    "similarities": "Do similarity measures agree?",
    "important_maps": "Which maps matter",
    "saliency_grid": "Heatmaps and saliency, all thresholds",
    "planted_truth": "Do heatmaps fall on the shapes?",
}


def in_report(path, what, caption, chapter):
    """An output that the report shows, by a title; pages of heatmaps, of which there are many, by their sets."""
    by_set = chapter == "Heatmaps" and len(STIMULI) > 1
    return report(
        path,
        caption=f"report/{caption}.rst",
        category=CHAPTERS[chapter],
        subcategory=("{stimuli}" if "{stimuli}" in path else "All sets") if by_set else None,
        labels={"what": what},
    )


OF_A_NETWORK = "{backbone}" if len(MEASURES) == 1 else "{backbone}, {measure}"


def figure_title(name, page=None):
    """A figure's title in the report: ``saliency/{stimuli}.{source}`` is one a set and source."""
    figure, _, about = name.partition("/")
    parts = [FIGURE_TITLES.get(figure, figure.replace("_", " ").capitalize()), *filter(None, about.split("."))]
    return ", ".join([*parts, f"page {page}"] if page else parts)


def figure(name, category, pages=1, prefix=""):
    """Outputs of a figure: its pages (in the report), the same for print in one file, and what it shows."""
    stem, own = f"results/figures/{name}", name.split("/")[0]

    def picture(page):
        title = figure_title(name, page if pages > 1 else None)
        return in_report(str(numbered(f"{stem}.png", page)), title, own, category)

    pictures = [picture(page) for page in range(1, pages + 1)]
    return {f"{prefix}png": pictures, f"{prefix}pdf": f"{stem}.pdf", f"{prefix}table": f"{stem}.tsv"}
