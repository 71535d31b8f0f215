"""Explorer: one page on which the results are looked at, from disk, without a server.

Wants: judgments, features, importance, heatmaps and pruning curves of each set, and the summaries.
Gives: results/explorer/index.html, and what it shows of each set, results/explorer/data/{stimuli}.js.
"""

EXPLORER_SETS = each_of(EXPLORER_SET, combinations(stimuli=STIMULI))


def measured_in(wildcards, among=MEASURED):
    return [each for each in among if each["stimuli"] == wildcards.stimuli]


def pruned_in_set(wildcards):
    """The analyses of a set that keep some maps, with their measures; those by images first."""
    pruned = combinations(stimuli=[wildcards.stimuli], backbone=BACKBONES, analysis=PRUNED)
    pruned.sort(key=lambda each: ANALYSES[each["analysis"]]["split"] != "images")
    return [each | {"measure": measure_of(ANALYSES[each["analysis"]])} for each in pruned]


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
    return study.command_line({option: of for option, of in named.items() if of})


def photographs_of(wildcards):
    """The images of a set, where the study puts them into the page."""
    return seen_images_of(wildcards) if STUDY["explorer"]["images"] else []


def photograph_folder(wildcards, input):
    return image_folder(wildcards, input) if input.images else ""


def the_explored(wildcards):
    """The study as the page tells it: what says anything of the results, not how they were come by."""
    unseen = ("device", "shards", "similarities_mb")
    return {"study": {key: value for key, value in STUDY.items() if key not in unseen}}


rule pack_set:
    """Pack a set's heatmaps, their numbers, nearest images, maps and small photographs into a script."""
    input:
        **gated(
            judgments=JUDGMENTS,
            features=of_measured(FEATURES),
            weights=of_measured(WEIGHTS),
            importance=of_measured(IMPORTANCE),
            heatmaps=of_measured(HEATMAPS),
            pruning=of_pruned(PRUNING),
        ),
        manifest=MANIFEST,
        images=photographs_of,
        heatmap_tables=of_measured(HEATMAP_TABLE),
        map_tables=of_measured(MAP_TABLE, INFERRED),
        pruning_tables=of_pruned(PRUNING_TABLE),
    output:
        packed=EXPLORER_SET,
    log:
        "results/logs/pack_set/{stimuli}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
        gpu=GPU,
        device=STUDY["device"],
    params:
        images=photograph_folder,
        names=packed_names,
        options=options(the_study, "heatmap_scores"),
        code=code("explorer/pack_set.py"),
    shell:
        '"$AIS_RUN" explorer.pack_set --stimuli {wildcards.stimuli:q}'
        " --manifest {input.manifest:q}"
        " {params.images}"
        " --judgments {input.judgments:q}"
        " {params.names}"
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --importance {input.importance:q}"
        " --heatmaps {input.heatmaps:q}"
        " --heatmap-tables {input.heatmap_tables:q}"
        " --map-tables {input.map_tables:q}"
        " --pruning {input.pruning:q}"
        " --pruning-tables {input.pruning_tables:q}"
        " {params.options}"
        " --device {resources.device}"
        " --output {output.packed:q} 2> {log:q}"


localrules:
    write_page,


rule write_page:
    """Write the page on which the study is explored."""
    input:
        summary=INFERENCE_SUMMARY,
        heatmap_summary=HEATMAP_SUMMARY,
        saliency_summary=SALIENCY_SUMMARY,
    output:
        page=EXPLORER,
    log:
        "results/logs/write_page.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=15,
    params:
        options=options(the_explored, "study"),
        code=code("explorer/write_page.py", texts="ais/explorer/page"),
    shell:
        '"$AIS_RUN" explorer.write_page {params.options}'
        " --summary {input.summary:q}"
        " --heatmap-summary {input.heatmap_summary:q}"
        " --saliency-summary {input.saliency_summary:q}"
        " --output {output.page:q} 2> {log:q}"
