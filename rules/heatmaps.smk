"""Heatmaps: where, in each image, the maps that carry the agreement are active.

Wants: features and importance.
Gives: results/heatmaps/{stimuli}/{backbone}/{analysis}.h5 (numbers), a sheet of all overlays,
and a folder with each overlay at its image's own size.
"""

HEATMAP_SHEET = "results/heatmaps/{stimuli}/{backbone}/{analysis}.jpg"
HEATMAP_SHEETS = for_each_comparison(HEATMAP_SHEET)


rule compute_heatmaps:
    """Weight each image's feature maps by their positive importance."""
    input:
        **gated(features=FEATURES, importance=IMPORTANCE),
    output:
        **made(HEATMAPS),
    log:
        "results/logs/compute_heatmaps/{stimuli}/{backbone}/{analysis}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        code=code("compute_heatmaps.py"),
    shell:
        "python -m compute_heatmaps"
        " --features {input.features:q}"
        " --importance {input.importance:q}"
        " --output {output.artifact:q} 2> {log:q}"


rule draw_overlays:
    """Lay the heatmaps over their images."""
    input:
        **gated(heatmaps=HEATMAPS),
        manifest=MANIFEST,
    output:
        sheet=report(
            HEATMAP_SHEET,
            caption="report/heatmaps.rst",
            category="Heatmaps",
            labels={"stimuli": "{stimuli}", "backbone": "{backbone}", "analysis": "{analysis}"},
        ),
        overlays=directory("results/heatmaps/{stimuli}/{backbone}/{analysis}/overlays"),
    log:
        "results/logs/draw_overlays/{stimuli}/{backbone}/{analysis}.log",
    conda:
        "../envs/environment.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        images=options(stimuli_of, "images"),
        options=options(analysis_of, "heatmap_scores"),
        code=code("draw_overlays.py"),
    shell:
        "python -m draw_overlays"
        " --heatmaps {input.heatmaps:q}"
        " --manifest {input.manifest:q}"
        " {params.images}"
        " {params.options}"
        " --sheet {output.sheet:q}"
        " --overlays {output.overlays:q} 2> {log:q}"
