"""Inference: what the gain is worth, which maps matter and for which images, and how well any model could agree.

Wants: features, judgments and folds; importance and pruning tables.
Gives: in results/inference/{stimuli}/{backbone}/, {analysis}.permutations/{first}-{last}.h5 (the whole procedure in
permuted worlds), {analysis}.refits.h5 (where an analysis asks for interval: leave_out), {measure}.leak.tsv (gain by
images seen), {measure}.tsv (a row a map) and {measure}.additivity.tsv; {stimuli}/{alignment}.ceiling.tsv; and the
summaries results/inference/summary.tsv and results/pruning/summary.tsv. Where there are several sets,
results/inference/transfer.tsv (the maps that one keeps, on another); where a set has categories,
results/inference/categories.tsv (the gain within and across them) and {measure}.categories.tsv (a row a map).
"""

PERMUTED_FROM = SCORED_FROM | gated(folds=folds_of)
MAP_TABLES = each_of(MAP_TABLE, INFERRED)
BLOCKS = [blocks_of(each) for each in COMPARED]
SUMMARISED = [
    each
    | {
        "prefixes": str(ANALYSES[each["analysis"]]["prefixes"]) if each["analysis"] in PRUNED else "none",
        "interval": "nadeau_bengio" if each["stimuli"] in TRIPLETS else ANALYSES[each["analysis"]]["interval"],
        "blocks": str(len(own)),
    }
    for each, own in zip(COMPARED, BLOCKS)
]
LEFT_OUT = [each for each in SUMMARISED if each["interval"] == "leave_out"]
# Sets can be compared through one network, each with each; those whose pairs were judged.
PAIRED = [name for name in JUDGED if name not in TRIPLETS]
TRANSFERRED = (
    combinations(backbone=BACKBONES, measure={each["measure"] for each in MEASURED if each["stimuli"] in PAIRED})
    if len(PAIRED) > 1
    else []
)
WITH_CATEGORIES = [name for name in PAIRED if STIMULI[name]["categories"] is not None]
CATEGORISED = [each for each in MEASURED if each["stimuli"] in WITH_CATEGORIES]
CATEGORISED_GAINS = [
    each for each in COMPARED if each["stimuli"] in WITH_CATEGORIES and each["analysis"] in PRUNED
]  # reweighting retains no maps
TRANSFER_SUMMARIES = [TRANSFER_SUMMARY] if TRANSFERRED else []
CATEGORY_SUMMARIES = [CATEGORY_SUMMARY] if CATEGORISED_GAINS else []
SPLITS = sorted({each["split"] for each in ANALYSES.values()})


rule permute_judgments:
    """Run the whole procedure on permuted judgments, in worlds where there is nothing to find."""
    input:
        **PERMUTED_FROM,
    output:
        **made(PERMUTATIONS),
    log:
        "results/logs/permute_judgments/{stimuli}/{backbone}/{analysis}/{first}-{last}.log",
    group:
        grouped("worlds")
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("permute_judgments"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        options=options(analysis_of, "similarity", "alignment", "pruning"),
        code=code("inference/permute_judgments.py"),
    shell:
        '"$AIS_RUN" inference.permute_judgments --first {wildcards.first} --last {wildcards.last}'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --folds {input.folds:q}"
        " {params.options}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q} 2> {log:q}"


localrules:
    estimate_ceiling,
    summarise_gain,
    join_transfer,
    join_categories,


rule refit_gain:
    """Run the whole procedure without a fifth of the images each, for the interval that is made of it."""
    input:
        **SCORED_FROM,
    output:
        **made(REFITS),
    log:
        "results/logs/refit_gain/{stimuli}/{backbone}/{analysis}.log",
    group:
        grouped_by_length("refit_gain", scored_in)
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("refit_gain"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        folds=options(all_folds, "folds", "seeds"),
        options=options(analysis_of, "similarity", "alignment", "pruning"),
        code=code("inference/refit_gain.py"),
    shell:
        '"$AIS_RUN" inference.refit_gain'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " {params.folds} {params.options}"
        " --device {resources.device} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q} 2> {log:q}"


rule measure_leak:
    """Gain on test pairs by how many of their images were in training, beside both nulls."""
    input:
        **SCORED_FROM,
    output:
        table=LEAK,
    log:
        "results/logs/measure_leak/{stimuli}/{backbone}/{measure}.log",
    group:
        grouped_by_length("measure_leak", scored_in)
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("measure_leak"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        folds=options(all_folds, "folds", "seeds"),
        permutations=permuted(20),
        options=options(settings_of_measure, "similarity", "alignment"),
        code=code("inference/measure_leak.py"),
    shell:
        '"$AIS_RUN" inference.measure_leak'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " {params.folds} {params.permutations} {params.options}"
        " --device {resources.device} --memory-mb {resources.similarities_mb}"
        " --output {output.table:q} 2> {log:q}"


rule examine_maps:
    """Which maps matter: tests, intervals and shares of each map's importance; and how far importance adds up."""
    input:
        **SCORED_FROM,
        **gated(importance=IMPORTANCE),
    output:
        table=MAP_TABLE,
        additivity=ADDITIVITY,
    log:
        "results/logs/examine_maps/{stimuli}/{backbone}/{measure}.log",
    group:
        grouped_by_length("examine_maps", scored_in)
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("examine_maps"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        permutations=permuted(5000, factor=250),
        options=options(settings_of_measure, "similarity", "alignment"),
        code=code("inference/examine_maps.py"),
    shell:
        '"$AIS_RUN" inference.examine_maps'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --importance {input.importance:q}"
        " {params.permutations} {params.options}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.table:q}"
        " --additivity {output.additivity:q} 2> {log:q}"


rule estimate_ceiling:
    """Noise ceilings from halves of the raters: of the set, of each split's test pairs, and of each image."""
    input:
        **gated(judgments=JUDGMENTS, folds=expand(FOLDS, split=SPLITS, allow_missing=True)),
    output:
        table=CEILING,
    log:
        "results/logs/estimate_ceiling/{stimuli}/{alignment}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("estimate_ceiling"),
    params:
        code=code("inference/estimate_ceiling.py"),
    shell:
        '"$AIS_RUN" inference.estimate_ceiling'
        " --judgments {input.judgments:q}"
        " --folds {input.folds:q}"
        " --alignment {wildcards.alignment}"
        " --output {output.table:q} 2> {log:q}"


rule summarise_gain:
    """One row an analysis: the gain of unseen images first, with its interval, both nulls and the noise ceilings."""
    input:
        **gated(permutations=sum(BLOCKS, []), refits=each_of(REFITS, LEFT_OUT)),
        tables=each_of(PRUNING_TABLE, COMPARED),
        ceilings=each_of(CEILING, COMPARED),
    output:
        summary=in_report(INFERENCE_SUMMARY, "Gain, exact numbers (TSV)", "inference", "Pruning"),
        main=PRUNING_SUMMARY,
    log:
        "results/logs/summarise_gain.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("summarise_gain"),
    params:
        options=comparisons(SUMMARISED),
        code=code("inference/summarise_gain.py"),
    shell:
        '"$AIS_RUN" inference.summarise_gain {params.options} --permutations {input.permutations:q}'
        " --tables {input.tables:q} --ceilings {input.ceilings:q} --refits {input.refits:q}"
        " --output {output.summary:q} --main {output.main:q} 2> {log:q}"


rule transfer_maps:
    """Try the maps that each set keeps on every other set, beside as many random maps."""
    input:
        **gated(
            features=expand(FEATURES, stimuli=sorted(PAIRED), allow_missing=True),
            weights=WEIGHTS,
            judgments=expand(JUDGMENTS, stimuli=sorted(PAIRED)),
            importance=expand(IMPORTANCE, stimuli=sorted(PAIRED), allow_missing=True),
        ),
    output:
        table=TRANSFER,
    log:
        "results/logs/transfer_maps/{backbone}/{measure}.log",
    group:
        gathered("transfers", "transfer_maps")
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("transfer_maps"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        sets=comparisons(combinations(stimuli=PAIRED)),
        permutations=permuted(200),
        options=options(settings_of_measure, "similarity", "alignment"),
        code=code("inference/transfer_maps.py"),
    shell:
        '"$AIS_RUN" inference.transfer_maps {params.sets}'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --importance {input.importance:q}"
        " {params.permutations} {params.options}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.table:q} 2> {log:q}"


rule join_transfer:
    """All networks' transfer between sets in one table."""
    input:
        tables=each_of(TRANSFER, TRANSFERRED),
    output:
        table=in_report(TRANSFER_SUMMARY, "Transfer, exact numbers (TSV)", "transfer_table", "Inference"),
    log:
        "results/logs/join_transfer.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("join_transfer"),
    params:
        options=joined(TRANSFERRED),
        code=code("inference/join_tables.py"),
    shell:
        '"$AIS_RUN" inference.join_tables {params.options} --tables {input.tables:q} --output {output.table:q} 2> {log:q}'


rule score_categories:
    """Score the maps on pairs within and across categories, and by the border between these."""
    input:
        **SCORED_FROM,
        categories=CATEGORIES,
    output:
        table=CATEGORY_MAPS,
    log:
        "results/logs/score_categories/{stimuli}/{backbone}/{measure}.log",
    group:
        grouped_by_length("score_categories", scored_in)
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("score_categories"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        options=options(settings_of_measure, "similarity", "alignment"),
        code=code("inference/score_categories.py"),
    shell:
        '"$AIS_RUN" inference.score_categories'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --categories {input.categories:q}"
        " {params.options}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.table:q} 2> {log:q}"


rule judge_categories:
    """What pruning gains on test pairs within and across categories, with the maps that the analysis retained."""
    input:
        **PERMUTED_FROM,
        **gated(curves=PRUNING),
        table=PRUNING_TABLE,
        categories=CATEGORIES,
        maps=category_maps_of,
    output:
        table=CATEGORY_GAIN,
    log:
        "results/logs/judge_categories/{stimuli}/{backbone}/{analysis}.log",
    group:
        grouped_by_length("score_categories", scored_in, pruned_in)
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("judge_categories"),
        gpu=GPU,
        device=STUDY["device"],
    params:
        options=options(analysis_of, "similarity", "alignment", "split"),
        code=code("inference/judge_categories.py"),
    shell:
        '"$AIS_RUN" inference.judge_categories'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --categories {input.categories:q}"
        " --folds {input.folds:q}"
        " --curves {input.curves:q}"
        " --table {input.table:q}"
        " --maps {input.maps:q}"
        " {params.options}"
        " --device {resources.device}"
        " --output {output.table:q} 2> {log:q}"


rule join_categories:
    """All analyses' gains within and across categories in one table."""
    input:
        tables=each_of(CATEGORY_GAIN, CATEGORISED_GAINS),
    output:
        table=in_report(CATEGORY_SUMMARY, "Categories, exact numbers (TSV)", "categories_table", "Inference"),
    log:
        "results/logs/join_categories.log",
    conda:
        "../envs/environment.yaml"
    resources:
        **asks("join_categories"),
    params:
        options=joined(CATEGORISED_GAINS),
        code=code("inference/join_tables.py"),
    shell:
        '"$AIS_RUN" inference.join_tables {params.options} --tables {input.tables:q} --output {output.table:q} 2> {log:q}'
