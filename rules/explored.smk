"""What is put into the explorer's page. No rules."""


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
    return study.command_line({"images": input.images[0]}) if input.images else ""


def the_explored(wildcards):
    """The study as the page tells it: what says anything of the results, not how they were come by."""
    unseen = ("device", "shards", "similarities_mb")
    return {"study": {key: value for key, value in STUDY.items() if key not in unseen}}
