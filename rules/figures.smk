"""Figures: each drawn from a tidy table that lies beside it.

Wants: pruning curves and tables, the leak by exposure, additivity, transfer between sets, scores within and across categories,
saliency's curves and summary, the demo's heatmaps.
Gives: results/figures/{figure}.png, .pdf and .tsv.
"""

IMAGE_STRATEGIES = {strategy_of(each) for each in ANALYSES.values() if each["split"] == "images"}
FIGURES = [f"results/figures/{name}.png" for name in ("pruning_gain", "pruning_curves", "faithfulness")]
if INFERRED:
    FIGURES += ["results/figures/leak.png", "results/figures/additivity.png"]
if SALIENCY_COMPARISONS:
    FIGURES.append("results/figures/saliency.png")
if HELD_TOGETHER:
    FIGURES.append("results/figures/agreement.png")
if ALIKE_IN:
    FIGURES.append("results/figures/similarities.png")
if DEMO_MEASURED:
    FIGURES.append("results/figures/planted_truth.png")
if TRANSFERRED:
    FIGURES.append("results/figures/transfer.png")
if CATEGORISED:
    FIGURES.append("results/figures/categories.png")
if len(IMAGE_STRATEGIES) > 1:
    FIGURES.append("results/figures/strategies.png")


WITH_SPLITS = [each | {"split": ANALYSES[each["analysis"]]["split"]} for each in COMPARISONS]
WITH_CURVES = [each for each in WITH_SPLITS if each["analysis"] in PRUNED]  # reweighting has none


localrules:
    draw_pruning,
    draw_leak,
    draw_additivity,
    draw_strategies,
    draw_transfer,
    draw_categories,
    draw_faithfulness,
    draw_saliency,
    draw_agreement,
    draw_similarities,
    draw_planted_truth,


rule draw_pruning:
    """Alignment while maps are added, the most important first; and with all maps and the retained, fold by fold."""
    input:
        **gated(curves=each_of(PRUNING, WITH_CURVES)),
        tables=each_of(PRUNING_TABLE, COMPARED),
        ceilings=each_of(CEILING, COMPARED),
    output:
        **figure("pruning_curves", "Pruning", prefix="curves_"),
        **figure("pruning_gain", "Pruning", prefix="gain_"),
    log:
        "results/logs/draw_pruning.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(2000),
        runtime=more(15),
    params:
        options=comparisons(WITH_SPLITS),
        curves=comparisons(WITH_CURVES, "curves-of"),
        code=code("figures/draw_pruning.py"),
    shell:
        '"$AIS_RUN" figures.draw_pruning {params.options} --tables {input.tables:q}'
        " {params.curves} --curves {input.curves:q}"
        " --ceilings {input.ceilings:q}"
        " --output-curves {output.curves_png:q} --output-gain {output.gain_png:q} 2> {log:q}"


rule draw_leak:
    """The gain by how many of a pair's images were in training: what folds by pairs learn of the images."""
    input:
        tables=each_of(LEAK, INFERRED),
    output:
        **figure("leak", "Pruning"),
    log:
        "results/logs/draw_leak.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(2000),
        runtime=more(15),
    params:
        options=comparisons(INFERRED),
        code=code("figures/draw_leak.py"),
    shell:
        '"$AIS_RUN" figures.draw_leak {params.options} --tables {input.tables:q} --output {output.png:q} 2> {log:q}'


rule draw_additivity:
    """What the top maps cost masked together, against the sum of what each costs alone."""
    input:
        tables=each_of(ADDITIVITY, INFERRED),
    output:
        **figure("additivity", "Inference"),
    log:
        "results/logs/draw_additivity.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(2000),
        runtime=more(15),
    params:
        options=comparisons(INFERRED),
        code=code("figures/draw_additivity.py"),
    shell:
        '"$AIS_RUN" figures.draw_additivity {params.options} --tables {input.tables:q}'
        " --output {output.png:q} 2> {log:q}"


rule draw_strategies:
    """Alignment with unseen images by strategy of pruning, beside all maps."""
    input:
        summary=INFERENCE_SUMMARY,
    output:
        **figure("strategies", "Pruning"),
    log:
        "results/logs/draw_strategies.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(2000),
        runtime=more(15),
    params:
        code=code("figures/draw_strategies.py"),
    shell:
        '"$AIS_RUN" figures.draw_strategies --summary {input.summary:q} --output {output.png:q} 2> {log:q}'


rule draw_transfer:
    """What the maps that one set keeps change on another."""
    input:
        summary=TRANSFER_SUMMARY,
    output:
        **figure("transfer", "Inference"),
    log:
        "results/logs/draw_transfer.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(2000),
        runtime=more(15),
    params:
        code=code("figures/draw_transfer.py"),
    shell:
        '"$AIS_RUN" figures.draw_transfer --summary {input.summary:q} --output {output.png:q} 2> {log:q}'


rule draw_categories:
    """Which maps carry the border between categories, and which the order inside."""
    input:
        tables=each_of(CATEGORY_MAPS, CATEGORISED),
    output:
        **figure("categories", "Inference"),
    log:
        "results/logs/draw_categories.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(2000),
        runtime=more(15),
    params:
        options=comparisons(CATEGORISED),
        code=code("figures/draw_categories.py"),
    shell:
        '"$AIS_RUN" figures.draw_categories {params.options} --tables {input.tables:q} --output {output.png:q} 2> {log:q}'


rule draw_faithfulness:
    """What is lost when the hottest cells are masked or only they are kept, by kind of heatmap."""
    input:
        summary=HEATMAP_SUMMARY,
    output:
        **figure("faithfulness", "Heatmaps"),
    log:
        "results/logs/draw_faithfulness.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(2000),
        runtime=more(15),
    params:
        code=code("figures/draw_faithfulness.py"),
    shell:
        '"$AIS_RUN" figures.draw_faithfulness --summary {input.summary:q} --output {output.png:q} 2> {log:q}'


rule draw_saliency:
    """Precision and recall of every kind of heatmap against saliency, and each kind's difference to activation."""
    input:
        summary=SALIENCY_SUMMARY,
        curves=each_of(SALIENCY_CURVES, SALIENCY_COMPARISONS),
    output:
        **figure("saliency", "Saliency"),
    log:
        "results/logs/draw_saliency.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(2000),
        runtime=more(15),
    params:
        curves=comparisons(SALIENCY_COMPARISONS),
        options=options(the_study, "heatmap_scores"),
        code=code("figures/draw_saliency.py"),
    shell:
        '"$AIS_RUN" figures.draw_saliency {params.curves} {params.options} --curves {input.curves:q}'
        " --summary {input.summary:q} --output {output.png:q} 2> {log:q}"


rule draw_agreement:
    """How far backbones agree in their heatmaps, beside their activation."""
    input:
        summary=AGREEMENT_SUMMARY,
    output:
        **figure("agreement", "Agreement"),
    log:
        "results/logs/draw_agreement.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(2000),
        runtime=more(15),
    params:
        code=code("figures/draw_agreement.py"),
    shell:
        '"$AIS_RUN" figures.draw_agreement --summary {input.summary:q} --output {output.png:q} 2> {log:q}'


rule draw_similarities:
    """How far similarity measures of a backbone agree in the maps and in the heatmaps, beyond their activation."""
    input:
        summary=SIMILARITIES_SUMMARY,
    output:
        **figure("similarities", "Agreement"),
    log:
        "results/logs/draw_similarities.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(2000),
        runtime=more(15),
    params:
        code=code("figures/draw_similarities.py"),
    shell:
        '"$AIS_RUN" figures.draw_similarities --summary {input.summary:q} --output {output.png:q} 2> {log:q}'


rule draw_planted_truth:
    """Whether the demo's heatmaps fall on the shapes, as they must."""
    input:
        **gated(heatmaps=each_of(HEATMAPS, DEMO_MEASURED)),
        manifest=each_of(MANIFEST, DEMO_MEASURED[:1]),
        shapes=ancient("results/demo/shapes"),
        shapes_digests="results/demo/shapes.sha256",
    output:
        **figure("planted_truth", "Demo"),
    log:
        "results/logs/draw_planted_truth.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=more(2000),
        runtime=more(15),
    params:
        options=comparisons(DEMO_MEASURED),
        code=code("figures/draw_planted_truth.py"),
    shell:
        '"$AIS_RUN" figures.draw_planted_truth {params.options} --heatmaps {input.heatmaps:q}'
        " --manifest {input.manifest:q}"
        " --shapes {input.shapes:q}"
        " --output {output.png:q} 2> {log:q}"
