"""What stands in a figure: the comparisons of a set, and on how many pages. No rules."""

from ais.figures import pages


def named(comparisons, *keys):
    """Each combination of names once: how many panels or rows a figure has, which says how many pages it takes."""
    return list(dict.fromkeys(tuple(each[key] for key in keys) for each in comparisons))


def facets(comparisons, **options):
    """The pages of a figure with a panel a comparison."""
    return len(pages.facets(named(comparisons, "stimuli"), named(comparisons, "backbone", "measure"), **options))


def of_set(path, among):
    """The files of a set's comparisons, or of one of its sources of saliency."""
    return lambda wildcards: each_of(path, among_set(wildcards, among))


def comparisons_of_set(among):
    """The command line that names what these are about."""
    return lambda wildcards: comparisons(among_set(wildcards, among))


def among_set(wildcards, among):
    return [each for each in among if all(each.get(key) == value for key, value in wildcards.items())]
