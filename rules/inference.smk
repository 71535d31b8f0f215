"""Inference: what the gain is worth, which maps matter, and how well any model could agree.

Wants: features, judgments and folds; importance and pruning tables.
Gives: results/inference/{stimuli}/{backbone}/{analysis}.h5 (the whole procedure in permuted worlds), {measure}.leak.tsv
(gain by images seen), {measure}.tsv (a row a map), {measure}.additivity.tsv; {stimuli}/{alignment}.ceiling.tsv; and the
summaries results/inference/summary.tsv and results/pruning/summary.tsv.
"""

PERMUTED_FROM = SCORED_FROM | gated(folds=folds_of)
MAP_TABLES = each_of(MAP_TABLE, INFERRED)
SPLITS = sorted({each["split"] for each in ANALYSES.values()})


rule permute_judgments:
    """Run the whole procedure on permuted judgments, in worlds where there is nothing to find."""
    input:
        **PERMUTED_FROM,
    output:
        **made(PERMUTATIONS),
    log:
        "results/logs/permute_judgments/{stimuli}/{backbone}/{analysis}/{first}-{last}.log",
    benchmark:
        "results/benchmarks/permute_judgments/{stimuli}/{backbone}/{analysis}/{first}-{last}.tsv"
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=MEMORY_MB,
        similarities_mb=SIMILARITIES_MB,
        runtime=480,
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
    judge_gain,
    estimate_ceiling,
    summarise_gain,


rule judge_gain:
    """Put the permutations of an analysis together, beside what was observed."""
    input:
        **gated(permutations=permutations_of),
        **PERMUTED_FROM,
    output:
        **made(INFERENCE),
    log:
        "results/logs/judge_gain/{stimuli}/{backbone}/{analysis}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=15,
    params:
        options=options(analysis_of, "similarity", "alignment", "pruning"),
        code=code("inference/judge_gain.py"),
    shell:
        '"$AIS_RUN" inference.judge_gain --permutations {input.permutations:q}'
        " --features {input.features:q}"
        " --judgments {input.judgments:q}"
        " --folds {input.folds:q}"
        " {params.options}"
        " --output {output.artifact:q} 2> {log:q}"


rule measure_leak:
    """Gain on test pairs by how many of their images were in training, beside both nulls."""
    input:
        **SCORED_FROM,
    output:
        table=LEAK,
    log:
        "results/logs/measure_leak/{stimuli}/{backbone}/{measure}.log",
    benchmark:
        "results/benchmarks/measure_leak/{stimuli}/{backbone}/{measure}.tsv"
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=MEMORY_MB,
        similarities_mb=SIMILARITIES_MB,
        runtime=480,
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
    benchmark:
        "results/benchmarks/examine_maps/{stimuli}/{backbone}/{measure}.tsv"
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=MEMORY_MB,
        similarities_mb=SIMILARITIES_MB,
        runtime=480,
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
        mem_mb=4000,
        runtime=60,
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
        **gated(inference=each_of(INFERENCE, COMPARED)),
        tables=each_of(PRUNING_TABLE, COMPARED),
        ceilings=each_of(CEILING, COMPARED),
    output:
        summary=report(INFERENCE_SUMMARY, caption="report/inference.rst", category="Inference"),
        main=report(PRUNING_SUMMARY, caption="report/summary.rst", category="Pruning"),
    log:
        "results/logs/summarise_gain.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=1000,
        runtime=15,
    params:
        options=comparisons(COMPARED),
        code=code("inference/summarise_gain.py"),
    shell:
        '"$AIS_RUN" inference.summarise_gain {params.options} --inference {input.inference:q}'
        " --tables {input.tables:q} --ceilings {input.ceilings:q}"
        " --output {output.summary:q} --main {output.main:q} 2> {log:q}"
