"""The user's own files: what a set and a backbone are made from, as inputs and on the command line. No rules."""

import sys
from pathlib import Path

from ais.stimuli.image_files import images_in
from ais.backbones.weight_kinds import kind_of


def own(paths):
    """A user's own files: where the study says, though what is made may go under a module's prefix or into a storage.

    Where jobs share no files, those that read a file of the user's run where snakemake was started.
    """
    return [path if study.is_made_here(path) else local(path) for path in paths]


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


def folder_of(wildcards):
    """The folder of a set's images, where the study says; at whatever date, for what counts is what is in it."""
    return [ancient(path) for path in own([str(Path(stimuli_of(wildcards)["images"]))])]


def made_images(wildcards):
    return study.is_made_here(stimuli_of(wildcards)["images"])


def pictures_of(wildcards, input):
    """The command line that names the pictures, where the study wants heatmaps judged in these as well."""
    return study.command_line({"manifest": input.manifest, "images": input.images[0]}) if IN_PIXELS else ""


def judgments_of(wildcards):
    judgments = stimuli_of(wildcards)["judgments"]
    return own(judgments["files"] + judgments["triplets"])


LISTED_FROM = 1000  # images above which judged pairs may be so few that they alone are kept, and dealt into folds


def dealt_judgments(digest):
    """The judgments of a set that are dealt into folds, or their digest: triplets, and pairs where they may be few."""

    def of(wildcards):
        if wildcards.stimuli not in TRIPLETS and images_in_set(wildcards.stimuli) <= LISTED_FROM:
            return []
        path = JUDGMENTS.format(**wildcards)
        return re.sub(r"\.\w+$", ".sha256", path) if digest else ancient(path)

    return of


def dealt_from(wildcards, input):
    """The command line that names them."""
    return study.command_line({"judgments": input.judgments}) if input.judgments else ""


def order_of(wildcards):
    return own(filter(None, [stimuli_of(wildcards)["judgments"]["order"]]))


def categories_of(wildcards):
    return own([stimuli_of(wildcards)["categories"]])


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


def saliency_folder_of(wildcards):
    """The folder of the user's that saliency is read from, if it is one; at whatever date, as for images."""
    made_from = stimuli_of(wildcards)["saliency"][wildcards.source]
    if wildcards.source == "predictor" or study.is_made_here(made_from) or not Path(made_from).is_dir():
        return []
    return [ancient(path) for path in own([str(Path(made_from))])]


def saliency_source(wildcards, input):
    """The command line that names what a set's saliency is made from."""
    made_from = stimuli_of(wildcards)["saliency"][wildcards.source]
    if wildcards.source != "predictor":
        made_from = [*input.folder, *input.made_from][0]
    squashed = " --squashed" * (wildcards.source == "maps" and stimuli_of(wildcards)["saliency"]["squashed"])
    return study.command_line({wildcards.source: made_from}) + squashed
