"""Every figure of a study of the paper's size, and of others, can be printed and read: by the boxes of its letters."""

import itertools

import pytest
from unit.figures import legibility, mock_study

from ais.figures import style

LONG = [f"a_set_whose_name_is_rather_long_{word}" for word in ("of_animals", "of_fruits")]
LONG_NETWORKS = [f"self_supervised_network_of_some_laboratory_v{number}_epoch_300" for number in range(3)]
STUDIES = {
    "one comparison": (["animals"], ["vgg16"]),
    "several networks": (["animals"], mock_study.NETWORKS[:5]),
    "several sets": (mock_study.SETS[:5], ["vgg16"]),
    "long names": (LONG, LONG_NETWORKS),
}


def drawn(sets, networks):
    """Each figure's pages; sets are drawn alike, so what shows one set is drawn for the first."""
    for name, draw in mock_study.figures(sets, networks).items():
        if "/" not in name or name.endswith(f"/{sets[0]}"):
            for number, figure in enumerate(draw(), 1):
                yield f"{name}, page {number}", figure


def test_the_papers_study():
    faults = {name: legibility.faults(figure) for name, figure in drawn(mock_study.SETS, mock_study.NETWORKS)}
    assert len(faults) == 13  # one page each
    assert {name: said for name, said in faults.items() if said} == {}


@pytest.mark.parametrize("study", STUDIES)
def test_smaller_studies_and_long_names(study):
    for name, figure in drawn(*STUDIES[study]):
        assert legibility.faults(figure) == [], name
        assert round(figure.get_size_inches()[0] / style.MM) in (89, 183), name


def test_a_large_study_goes_on_over_pages():
    sets, networks = [f"set_{number}" for number in range(7)], [f"network_{number:02d}" for number in range(25)]
    figures = mock_study.figures(sets, networks)
    for name, pages in {
        "pruning_gain": 5,
        "leak": 8,
        "transfer": 3,
        "faithfulness/set_0": 3,
        "agreement/set_0": 1,
    }.items():
        found = figures[name]()
        assert len(found) == pages, name
        for figure in found[:1] + found[-1:] * (len(found) > 1):
            assert legibility.faults(figure) == [], name


def test_what_cannot_be_read_is_found():
    from matplotlib.figure import Figure

    style.theme()
    figure = Figure(figsize=(200 * style.MM, 50 * style.MM))
    for x, text, size in ((0.5, "one", 8), (0.51, "other", 8), (0.99, "leaves", 8), (0.1, "small", 4)):
        figure.text(x, 0.5, text, fontsize=size)
    said = legibility.faults(figure)
    assert len(said) == 4
    for part in ("200 × 50", "'one' lies over 'other'", "'leaves' leaves", "'small' is set in 4.0"):
        assert any(part in fault for fault in said), part


def luminance(colour, blind):
    """What a colour looks like to those without one kind of cone (Viénot, Brettel & Mollon 1999), linear RGB."""
    import numpy as np
    from matplotlib.colors import to_rgb

    rgb = np.asarray(to_rgb(colour)) ** 2.2
    to_lms = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
    lost = {
        "protan": [[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]],
        "deutan": [[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]],
    }
    seen = np.eye(3) if blind == "none" else np.asarray(lost[blind])
    return np.clip(np.linalg.solve(to_lms, seen @ to_lms @ rgb), 0, 1) ** (1 / 2.2)


@pytest.mark.parametrize("blind", ["none", "protan", "deutan"])
def test_colours_that_mean_something_are_told_apart_by_the_colour_blind(blind):
    import numpy as np

    meant = [style.RETAINED, style.ALL_MAPS, style.QUIET], style.SERIES[:6]
    for colours in meant:
        for one, other in itertools.combinations(colours, 2):
            assert np.linalg.norm(luminance(one, blind) - luminance(other, blind)) > 0.12, (one, other)
