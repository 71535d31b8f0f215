"""Pruning: do the important maps alone predict held-out judgments better than the whole network?

Wants: features, judgments, folds and the importance in these.
Gives: results/pruning/{stimuli}/{backbone}/{analysis}.h5 (curves; or weights, where maps are reweighted) and .tsv (a
row a fold), large ones put together from shards of the folds.
"""

PRUNED_FROM = SCORED_FROM | gated(folds=folds_of, importance=fold_importance_of)


rule prune_maps:
    """Draw up the pruning curves of all folds, and read off what each retains and gains."""
    input:
        **gated(shards=shards_of(PRUNING_SHARD, pruned_in)),
        **PRUNED_FROM,
    output:
        **made(PRUNING),
        table=PRUNING_TABLE,
    log:
        "results/logs/prune_maps/{stimuli}/{backbone}/{analysis}.log",
    wildcard_constraints:
        analysis=one_of(PRUNED),
    group:
        grouped("images", pruned_in, else_name="curves")
    conda:
        "../envs/environment.yaml"
    threads: threads_for("prune_maps", pruned_in)
    resources:
        **asks("prune_maps", pruned_in),
        similarities_mb=SIMILARITIES_MB,
        gpu=if_whole(pruned_in, GPU, 0),
        device=STUDY["device"],
    params:
        options=options(analysis_of, "similarity", "alignment", "pruning", "prefixes"),
        code=code("pruning/prune_maps.py"),
    shell:
        '"$AIS_RUN" pruning.prune_maps --from-shards {input.shards:q}'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --folds {input.folds:q}"
        " --importance {input.importance:q}"
        " {params.options}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q}"
        " --table {output.table:q} 2> {log:q}"


rule prune_maps_shard:
    """Draw up the pruning curves of a shard of the folds."""
    input:
        **PRUNED_FROM,
    output:
        **made(PRUNING_SHARD),
    log:
        "results/logs/prune_maps/{stimuli}/{backbone}/{analysis}/{shard}-of-{shards}.log",
    wildcard_constraints:
        analysis=one_of(PRUNED),
    conda:
        "../envs/environment.yaml"
    threads: threads_for("prune_maps")
    resources:
        **asks("prune_maps"),
        similarities_mb=SIMILARITIES_MB,
        gpu=GPU,
        device=STUDY["device"],
    params:
        options=options(analysis_of, "similarity", "alignment", "pruning", "prefixes"),
        code=code("pruning/prune_maps.py"),
    shell:
        '"$AIS_RUN" pruning.prune_maps --shard {wildcards.shard} --shards {wildcards.shards}'
        " --features {input.features:q}"
        " --weights {input.weights:q}"
        " --judgments {input.judgments:q}"
        " --folds {input.folds:q}"
        " --importance {input.importance:q}"
        " {params.options}"
        " --device {resources.device} --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q} 2> {log:q}"


rule reweight_maps:
    """Give every map a weight in place of keeping some, and read off what each fold gains."""
    input:
        **gated(features=FEATURES, judgments=JUDGMENTS, folds=folds_of),
    output:
        **made(PRUNING),
        table=PRUNING_TABLE,
    log:
        "results/logs/reweight_maps/{stimuli}/{backbone}/{analysis}.log",
    wildcard_constraints:
        analysis=one_of(REWEIGHTED),
    group:
        grouped("images")
    conda:
        "../envs/environment.yaml"
    threads: threads_for("reweight_maps")
    resources:
        **asks("reweight_maps"),
        similarities_mb=SIMILARITIES_MB,
        device=STUDY["device"],  # as all of its group
    params:
        options=options(analysis_of, "similarity", "alignment"),
        code=code("pruning/reweight_maps.py"),
    shell:
        '"$AIS_RUN" pruning.reweight_maps'
        " --features {input.features:q}"
        " --judgments {input.judgments:q}"
        " --folds {input.folds:q}"
        " {params.options}"
        " --threads {threads} --memory-mb {resources.similarities_mb}"
        " --output {output.artifact:q}"
        " --table {output.table:q} 2> {log:q}"
