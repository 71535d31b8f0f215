"""Alignment-importance heatmaps: which feature maps carry the agreement between networks and people.

One module per idea. Modules that compute take arrays and return arrays; reading, writing and
drawing stand apart from them. Nothing here knows Snakemake or a study's configuration.
"""
