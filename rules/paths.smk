"""What is where: each artifact's path, and the paths of comparisons. No rules."""

MANIFEST = "results/stimuli/{stimuli}.tsv"
JUDGMENTS = "results/stimuli/{stimuli}.judgments.h5"
NOTES = "results/stimuli/notes.tsv"
SHARED_IMAGES = "results/stimuli/{stimuli}/images"
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


def of_giver(path):
    """A path of the set whose scores make the heatmaps of one that nobody judged."""
    return lambda wildcards: path.format(**{**wildcards, "stimuli": SCORES_FROM[wildcards.stimuli]})


def giver_of(wildcards):
    return {"scores_from": SCORES_FROM[wildcards.stimuli]}


def transfer_of(wildcards):
    """What the maps of judged sets are worth for each other, where there are several to tell it."""
    told = {"backbone": wildcards.backbone, "measure": wildcards.measure} in TRANSFERRED
    return [TRANSFER.format(**wildcards)] if told else []


def note_of(wildcards):
    """What is known of scores that are another set's; nothing where they are the set's own."""
    return [TRANSFER_NOTE.format(**wildcards)] if wildcards.stimuli in SCORES_FROM else []


def category_maps_of(wildcards):
    """The scores of each map within and across categories, by the measure of an analysis."""
    return CATEGORY_MAPS.format(**wildcards, measure=measure_of(analysis_of(wildcards)))
