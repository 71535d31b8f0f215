"""What is where: each artifact's path, the user's own files, and into how many shards a step is cut. No rules."""

import sys
from pathlib import Path

from ais.stimuli.image_files import images_in
from ais.backbones.weight_kinds import kind_of
from ais.figures.pages import numbered

MANIFEST = "results/stimuli/{stimuli}.tsv"
JUDGMENTS = "results/stimuli/{stimuli}.judgments.h5"
NOTES = "results/stimuli/notes.tsv"
IMAGE_NOTES = "results/stimuli/{stimuli}.notes.txt"
FOLDS = "results/stimuli/{stimuli}/{split}.folds.h5"
CATEGORIES = "results/stimuli/{stimuli}.categories.tsv"
WEIGHTS = "data/weights/{backbone}.safetensors"
FEATURES = "results/features/{stimuli}/{backbone}.h5"
IMPORTANCE = "results/importance/{stimuli}/{backbone}/{measure}.h5"
IMPORTANCE_SHARD = "results/importance/{stimuli}/{backbone}/{measure}.shards/{shard}-of-{shards}.h5"
FOLD_IMPORTANCE = "results/importance/{stimuli}/{backbone}/{measure}.{split}.h5"
FOLD_IMPORTANCE_SHARD = "results/importance/{stimuli}/{backbone}/{measure}.{split}.shards/{shard}-of-{shards}.h5"
PRUNING = "results/pruning/{stimuli}/{backbone}/{analysis}.h5"
PRUNING_SHARD = "results/pruning/{stimuli}/{backbone}/{analysis}.shards/{shard}-of-{shards}.h5"
PRUNING_TABLE = "results/pruning/{stimuli}/{backbone}/{analysis}.tsv"
PRUNING_SUMMARY = "results/pruning/summary.tsv"
PERMUTATIONS = "results/inference/{stimuli}/{backbone}/{analysis}.permutations/{first}-{last}.h5"
REFITS = "results/inference/{stimuli}/{backbone}/{analysis}.refits.h5"
LEAK = "results/inference/{stimuli}/{backbone}/{measure}.leak.tsv"
MAP_TABLE = "results/inference/{stimuli}/{backbone}/{measure}.tsv"
ADDITIVITY = "results/inference/{stimuli}/{backbone}/{measure}.additivity.tsv"
CEILING = "results/inference/{stimuli}/{alignment}.ceiling.tsv"
TRANSFER = "results/inference/{backbone}/{measure}.transfer.tsv"
TRANSFER_SUMMARY = "results/inference/transfer.tsv"
CATEGORY_MAPS = "results/inference/{stimuli}/{backbone}/{measure}.categories.tsv"
CATEGORY_GAIN = "results/inference/{stimuli}/{backbone}/{analysis}.scopes.tsv"
CATEGORY_SUMMARY = "results/inference/categories.tsv"
INFERENCE_SUMMARY = "results/inference/summary.tsv"
HEATMAPS = "results/heatmaps/{stimuli}/{backbone}/{measure}.h5"
HEATMAP_TABLE = "results/heatmaps/{stimuli}/{backbone}/{measure}.tsv"
TRANSFER_NOTE = "results/heatmaps/{stimuli}/{backbone}/{measure}.scores_from.txt"
HEATMAP_SUMMARY = "results/heatmaps/summary.tsv"
HEATMAP_SHEET = "results/heatmaps/{stimuli}/{backbone}/{measure}.jpg"
HEATMAP_PAGES = "results/heatmaps/{stimuli}/{backbone}/{measure}/pages"
PAIR_SHEET = "results/heatmaps/{stimuli}/{backbone}/{measure}.pairs.jpg"
PAIR_TABLE = "results/heatmaps/{stimuli}/{backbone}/{measure}.pairs.tsv"
OVERLAYS = "results/heatmaps/{stimuli}/{backbone}/{measure}/overlays"
SALIENCY = "results/saliency/{stimuli}/{source}.h5"
SALIENCY_TABLE = "results/saliency/{stimuli}/{backbone}/{measure}/{source}.tsv"
SALIENCY_SCORES = "results/saliency/{stimuli}/{backbone}/{measure}/{source}.scores.tsv"
SALIENCY_CURVES = "results/saliency/{stimuli}/{backbone}/{measure}/{source}.curves.tsv"
SALIENCY_TESTS = "results/saliency/{stimuli}/{backbone}/{measure}/{source}.tests.tsv"
EXPLORER_SET = "results/explorer/data/{stimuli}.js"
EXPLORER = "results/explorer/index.html"


def each_of(path, comparisons):
    """The path of each comparison."""
    return [path.format(**each) for each in comparisons]


def each_backbone(path):
    """A path for each backbone, in the order of their names."""
    return expand(path, backbone=sorted(BACKBONES), allow_missing=True)


def folds_of(wildcards):
    """The folds that an analysis asks for."""
    return FOLDS.format(stimuli=wildcards.stimuli, split=analysis_of(wildcards)["split"])


def fold_importance_of(wildcards):
    """The scores in the folds that an analysis asks for."""
    analysis = analysis_of(wildcards)
    measure = measure_of(analysis, ranked=True)
    return FOLD_IMPORTANCE.format(**wildcards, measure=measure, split=analysis["split"])


# The report: its chapters in their order, and the titles of what stands in them, in place of file names.
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


# The user's own files.


def own(paths):
    """A user's own files: where the study says, even if what this workflow makes is put under a module's prefix."""
    return [local(path) for path in paths] if IS_MODULE else paths


def files_in(folder, wanted):
    """The wanted files of a folder; one that a rule makes counts by the digests of its files, which lie beside it."""
    if study.is_made_here(folder):
        return [ancient(folder), f"{folder}.sha256"]
    return own(listed(folder, wanted))


@cache
def listed(folder, wanted):
    files = sorted(str(path) for path in wanted(folder))
    for path in files:
        if "{" in path:  # a wildcard, to Snakemake
            sys.exit(f"error: {path}: found a brace in its name; expected none. Rename it.")
    return files


def images_of(wildcards):
    """Every image file of a set."""
    return files_in(stimuli_of(wildcards)["images"], images_in)


def seen_images_of(wildcards):
    """The same for steps that see the images in the manifest's order, which tells what each of them holds."""
    return [ancient(path) for path in images_of(wildcards)[: 1 if made_images(wildcards) else None]]


def made_images(wildcards):
    return study.is_made_here(stimuli_of(wildcards)["images"])


def image_folder(wildcards, input):
    """The command line that names the folder of a set's images."""
    folder = input.images[0] if made_images(wildcards) else str(Path(stimuli_of(wildcards)["images"]))
    return study.command_line({"images": folder})


def pictures_of(wildcards, input):
    """The command line that names the pictures, where the study wants heatmaps judged in these as well."""
    if not IN_PIXELS:
        return ""
    return f"{study.command_line({'manifest': input.manifest})} {image_folder(wildcards, input)}"


def judgments_of(wildcards):
    judgments = stimuli_of(wildcards)["judgments"]
    return own(judgments["files"] + judgments["triplets"])


LISTED_FROM = 1000  # images above which judged pairs may be so few that they alone are kept, and dealt into folds


def dealt_judgments(digest):
    """The judgments of a set that are dealt into folds, or their digest: triplets, and pairs where they may be few."""

    def of(wildcards):
        if wildcards.stimuli not in TRIPLETS and (made_images(wildcards) or len(images_of(wildcards)) <= LISTED_FROM):
            return []
        path = JUDGMENTS.format(**wildcards)
        return re.sub(r"\.\w+$", ".sha256", path) if digest else ancient(path)

    return of


def dealt_from(wildcards, input):
    """The command line that names them."""
    return study.command_line({"judgments": input.judgments}) if input.judgments else ""


def order_of(wildcards):
    return own(filter(None, [stimuli_of(wildcards)["judgments"]["order"]]))


def of_giver(path):
    """A path of the set whose scores make the heatmaps of one that nobody judged."""
    return lambda wildcards: path.format(**{**wildcards, "stimuli": SCORES_FROM[wildcards.stimuli]})


def giver_of(wildcards):
    return {"scores_from": SCORES_FROM[wildcards.stimuli]}


def note_of(wildcards):
    """What is known of scores that are another set's; nothing where they are the set's own."""
    return [TRANSFER_NOTE.format(**wildcards)] if wildcards.stimuli in SCORES_FROM else []


def categories_of(wildcards):
    return own([stimuli_of(wildcards)["categories"]])


def category_maps_of(wildcards):
    """The scores of each map within and across categories, by the measure of an analysis."""
    return CATEGORY_MAPS.format(**wildcards, measure=measure_of(analysis_of(wildcards)))


def judgment_files(wildcards, input):
    """The command line that names a set's files of judgments, and the order of their ids."""
    option = "triplets" if wildcards.stimuli in TRIPLETS else "judgments"
    files = [study.command_line({option: path}) for path in input.judgments]
    return " ".join([*files, *(study.command_line({"order": path}) for path in input.order)])


def weights_file_of(wildcards):
    weights = backbone_of(wildcards)["weights"]
    return own([weights]) if kind_of(weights) == "file" else []


def saliency_files_of(wildcards):
    """The files that a source of saliency is made from; a predictor needs only the images."""
    made_from = stimuli_of(wildcards)["saliency"][wildcards.source]
    if wildcards.source == "predictor":
        return []
    if study.is_made_here(made_from):
        return [ancient(made_from), f"{made_from}.sha256"] if wildcards.source == "maps" else own([made_from])
    return own(all_below(made_from) if Path(made_from).is_dir() else [made_from])


@cache
def all_below(folder):
    """Every file in a folder and below it, hidden ones passed over."""
    files = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [os.path.join(place, name) for name in names if not name.startswith(".")]
    for path in files:
        if "{" in path:  # a wildcard, to Snakemake
            sys.exit(f"error: {path}: found a brace in its name; expected none. Rename it.")
    return sorted(files)


def saliency_source(wildcards, input):
    """The command line that names what a set's saliency is made from."""
    made_from = stimuli_of(wildcards)["saliency"][wildcards.source]
    if wildcards.source != "predictor":
        made = study.is_made_here(made_from)
        made_from = input.made_from[0] if made else str(Path(made_from))
    squashed = " --squashed" * (wildcards.source == "maps" and stimuli_of(wildcards)["saliency"]["squashed"])
    return study.command_line({wildcards.source: made_from}) + squashed


# Shards: into how many jobs a step is cut, by the size of the work alone, never by the machine.

MINUTES_A_JOB = 30  # of one core, about
# Seconds of one core that it takes to mask a map of one pair (pooled) or of one image (others) and rank it,
# as measured on the machine of the README's benchmark.
SECONDS_A_MAP = {"pooled": 1.2e-7, "fully_connected": 7e-4, "network": 1e-2}
MOST_MAPS = {"pooled": 2048, "fully_connected": 512, "network": 2048}  # that networks have; theirs is not known yet


def readout_of(backbone):
    """The readout as far as the study tells it: `auto` is fully connected for VGG and AlexNet."""
    has_hidden_layers = Path(backbone["architecture"]).name.startswith(("vgg", "alexnet"))
    automatic = "fully_connected" if has_hidden_layers else "pooled"
    return automatic if backbone["readout"] == "auto" else backbone["readout"]


def number_of_shards(wildcards, rounds=1, most=256):
    """Into how many jobs to cut a step that masks each map once in each of `rounds`."""
    if STUDY["shards"] != "auto":
        return STUDY["shards"]
    readout = readout_of(backbone_of(wildcards))
    images = 100 if made_images(wildcards) else len(images_of(wildcards))
    units = images * (images - 1) / 2 if readout == "pooled" else images
    seconds = units * MOST_MAPS[readout] * SECONDS_A_MAP[readout] * rounds
    return min(most, math.ceil(seconds / (60 * MINUTES_A_JOB)))


def number_of_folds():
    return STUDY["folds"]["number"] * len(STUDY["folds"]["seeds"])


def scored_in(wildcards):
    return number_of_shards(wildcards)


def pruned_in(wildcards):
    return number_of_shards(wildcards, rounds=number_of_folds(), most=number_of_folds())


def shards_of(path, number):
    """All shards of a step, which are only put together; none where one job does it."""

    def shards(wildcards):
        shards = number(wildcards)
        return [] if shards == 1 else expand(path, shard=range(1, shards + 1), shards=shards, **wildcards)

    return shards


PERMUTATIONS_A_JOB = 200
COSTLY = ["stability", "iterative", "greedy", "nonnegative_ridge"]  # each takes many times what ranking once takes


def permutations_with(backbone, analysis=None):
    """How many worlds of each null: what a comparison of 120 images has in some minutes, unless the study says.

    Strategies that take long have some only where their analysis itself says how many.
    """
    automatic = {"pooled": 200, "fully_connected": 19, "network": 0}
    asked = STUDY["permutations"]
    if analysis is not None and analysis["permutations"] is not None:
        asked = analysis["permutations"]
    elif analysis is not None and strategy_of(analysis) in COSTLY:
        asked = 0
    return automatic[readout_of(BACKBONES[backbone])] if asked == "auto" else asked


# Where there are none, inference is off: neither leak nor maps are looked into.
# Of triplets neither is: a pair's images seen in training, and a map's share of a correlation, say nothing of them.
INFERRED = [each for each in MEASURED if permutations_with(each["backbone"]) and each["stimuli"] not in TRIPLETS]


def blocks_of(comparison):
    """The permutations of an analysis in blocks by their numbers, so that more of them leave those that there are."""
    number = permutations_with(comparison["backbone"], ANALYSES[comparison["analysis"]])
    starts = range(0, max(number, 1), PERMUTATIONS_A_JOB)
    blocks = [{"first": first, "last": min(first + PERMUTATIONS_A_JOB, number)} for first in starts]
    return [PERMUTATIONS.format(**comparison, **block) for block in blocks]


def permuted(most, factor=1):
    """The option that says how many worlds a step takes: none where the study wants none."""

    def text(wildcards):
        return study.command_line({"permutations": min(most, factor * permutations_with(wildcards.backbone))})

    return text


def if_whole(number, value, else_value):
    """A job's threads or memory: what the work takes where it is not cut, else what putting together takes."""
    return lambda wildcards: value if number(wildcards) == 1 else else_value


def grouped(name, *numbers, else_name=None):
    """Which jobs go to a cluster as one: those of a name that follow from each other, where none of them is cut.

    On one machine a group is nothing. Shards are jobs of their own, so what they are put together from or go into
    cannot be in one group: it has `else_name`, or none.
    """
    return lambda wildcards: name if all(number(wildcards) == 1 for number in numbers) else else_name


def grouped_by_giver(name):
    """The same for steps of heatmaps: of images that nobody judged they follow from another set's, and stand apart."""
    return lambda wildcards: name if wildcards.stimuli in JUDGED else "borrowed"


# The explorer: what is put into its page.


def measured_in(wildcards, among=MEASURED):
    return [each for each in among if each["stimuli"] == wildcards.stimuli]


def pruned_in_set(wildcards):
    """The analyses of a set that keep some maps, with their measures; those by images first."""
    pruned = combinations(stimuli=[wildcards.stimuli], backbone=BACKBONES, analysis=PRUNED)
    measures = {name: measure_of(as_judged(ANALYSES[name], wildcards.stimuli)) for name in PRUNED}
    pruned.sort(key=lambda each: ANALYSES[each["analysis"]]["split"] != "images")
    return [each | {"measure": measures[each["analysis"]]} for each in pruned]


def of_measured(path, among=MEASURED):
    return lambda wildcards: each_of(path, measured_in(wildcards, among))


def of_pruned(path):
    return lambda wildcards: each_of(path, pruned_in_set(wildcards))


def packed_names(wildcards):
    """The command line that names what the files of a set are about."""
    names = {
        "comparisons": [measured_in(wildcards), ("backbone", "measure")],
        "maps_of": [measured_in(wildcards, INFERRED), ("backbone", "measure")],
        "pruning_of": [pruned_in_set(wildcards), ("backbone", "measure", "analysis")],
    }
    named = {option: ["/".join(each[key] for key in keys) for each in among] for option, (among, keys) in names.items()}
    named["saliency_of"] = sources_of(wildcards)
    return study.command_line({option: of for option, of in named.items() if of})


def sources_of(wildcards):
    """What a set's saliency is made from."""
    return [source for source in SALIENCY_SOURCES if source in stimuli_of(wildcards)["saliency"]]


def saliency_in_set(wildcards):
    return each_of(SALIENCY, combinations(stimuli=[wildcards.stimuli], source=sources_of(wildcards)))


def photographs_of(wildcards):
    """The images of a set, where the study puts them into the page."""
    return seen_images_of(wildcards) if STUDY["explorer"]["images"] else []


def photograph_folder(wildcards, input):
    return image_folder(wildcards, input) if input.images else ""


def the_explored(wildcards):
    """The study as the page tells it: what says anything of the results, not how they were come by."""
    unseen = ("device", "shards", "similarities_mb")
    return {"study": {key: value for key, value in STUDY.items() if key not in unseen}}
