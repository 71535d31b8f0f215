"""Importance: how much each feature map carries of the agreement with people (AIS).

Wants: features and judgments, and folds for the scores in these.
Gives: results/importance/{stimuli}/{backbone}/{measure}.h5 (of the set, and for each image) and
{measure}.{split}.h5 (in each fold), large ones put together from shards of the maps.
"""

SCORED_FROM = gated(features=FEATURES, weights=WEIGHTS, judgments=JUDGMENTS)
SCORED_IN_FOLDS_FROM = SCORED_FROM | gated(folds=FOLDS)


rule score_maps:
    """Score the feature maps on the whole set, and for each image."""
    input:
        **gated(shards=shards_of(IMPORTANCE_SHARD, scored_in)),
        **SCORED_FROM,
    output:
        **made(IMPORTANCE),
    log:
        "results/logs/score_maps/{stimuli}/{backbone}/{measure}.log",
    group:
        grouped("images")
    conda:
        "../envs/environment.yaml"
    threads: threads_for("score_maps", scored_in)
    resources:
        **asks("score_maps", scored_in),
        similarities_mb=SIMILARITIES_MB,
        gpu=if_whole(scored_in, GPU, 0),
        device=STUDY["device"],
    params:
        options=options(settings_of_measure, "similarity", "alignment", "mask"),
        code=code("importance/score_maps.py"),
    shell:
        '"$AIS_RUN" importance.score_maps --from-shards {input.shards:q}'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " {params.options}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q} 2> {log:q}"


rule score_maps_shard:
    """Score a shard of the feature maps on the whole set, and for each image."""
    input:
        **SCORED_FROM,
    output:
        **made(IMPORTANCE_SHARD),
    log:
        "results/logs/score_maps/{stimuli}/{backbone}/{measure}/{shard}-of-{shards}.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_for("score_maps")
    resources:
        **asks("score_maps"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        options=options(settings_of_measure, "similarity", "alignment", "mask"),
        code=code("importance/score_maps.py"),
    shell:
        '"$AIS_RUN" importance.score_maps --shard {wildcards.shard} --shards {wildcards.shards}'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " {params.options}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q} 2> {log:q}"


rule score_folds:
    """Score the feature maps on the train pairs of each fold."""
    input:
        **gated(shards=shards_of(FOLD_IMPORTANCE_SHARD, scored_in)),
        **SCORED_IN_FOLDS_FROM,
    output:
        **made(FOLD_IMPORTANCE),
    log:
        "results/logs/score_folds/{stimuli}/{backbone}/{measure}.{split}.log",
    group:
        grouped("images")
    conda:
        "../envs/environment.yaml"
    threads: threads_for("score_folds", scored_in)
    resources:
        **asks("score_folds", scored_in),
        similarities_mb=SIMILARITIES_MB,
        gpu=if_whole(scored_in, GPU, 0),
        device=STUDY["device"],
    params:
        options=options(settings_of_measure, "similarity", "alignment"),
        code=code("importance/score_maps.py"),
    shell:
        '"$AIS_RUN" importance.score_maps --from-shards {input.shards:q}'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --folds {input.folds:q}"
        " {params.options}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q} 2> {log:q}"


rule score_folds_shard:
    """Score a shard of the feature maps on the train pairs of each fold."""
    input:
        **SCORED_IN_FOLDS_FROM,
    output:
        **made(FOLD_IMPORTANCE_SHARD),
    log:
        "results/logs/score_folds/{stimuli}/{backbone}/{measure}.{split}/{shard}-of-{shards}.log",
    conda:
        "../envs/environment.yaml"
    threads: threads_for("score_folds")
    resources:
        **asks("score_folds"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        options=options(settings_of_measure, "similarity", "alignment"),
        code=code("importance/score_maps.py"),
    shell:
        '"$AIS_RUN" importance.score_maps --shard {wildcards.shard} --shards {wildcards.shards}'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --folds {input.folds:q}"
        " {params.options}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q} 2> {log:q}"
