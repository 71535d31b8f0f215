"""Importance: how much each feature map carries of the agreement with people (AIS).

Wants: features, judgments and folds.
Gives: results/importance/{stimuli}/{backbone}/{analysis}.h5, put together from shards of the maps.
"""

IMPORTANCE_SHARD = "results/importance/{stimuli}/{backbone}/{analysis}/shards/{shard}-of-{shards}.h5"
SCORED_FROM = gated(features=FEATURES, weights=WEIGHTS, judgments=JUDGMENTS, folds=folds_of)


rule score_maps:
    """Score a shard of the feature maps: on the whole set, in each fold, for each image."""
    input:
        **SCORED_FROM,
    output:
        **made(IMPORTANCE_SHARD),
    log:
        "results/logs/score_maps/{stimuli}/{backbone}/{analysis}/{shard}-of-{shards}.log",
    benchmark:
        "results/benchmarks/score_maps/{stimuli}/{backbone}/{analysis}/{shard}-of-{shards}.tsv"
    conda:
        "../envs/environment.yaml"
    threads: 2
    resources:
        mem_mb=MEMORY_MB,
        similarities_mb=SIMILARITIES_MB,
        runtime=240,
        gpu=GPU,
        device=STUDY["device"],
    params:
        options=options(analysis_of, "similarity", "alignment", "mask"),
        code=code("score_maps.py"),
    shell:
        "python -m score_maps"
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --folds {input.folds:q}"
        " {params.options}"
        " --shard {wildcards.shard} --shards {wildcards.shards}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q} 2> {log:q}"


localrules:
    merge_scores,


rule merge_scores:
    """Put the shards of the scores together; refused unless they hold each map once."""
    input:
        **gated(shards=all_shards(IMPORTANCE_SHARD)),
        **SCORED_FROM,
    output:
        **made(IMPORTANCE),
    log:
        "results/logs/merge_scores/{stimuli}/{backbone}/{analysis}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        options=options(analysis_of, "similarity", "alignment", "mask"),
        code=code("score_maps.py", "merge_scores.py"),
    shell:
        "python -m merge_scores {input.shards:q}"
        " --features {input.features:q}"
        " --judgments {input.judgments:q}"
        " --folds {input.folds:q}"
        " {params.options}"
        " --output {output.artifact:q} 2> {log:q}"
