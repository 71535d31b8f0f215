"""The matrix of agreement is symmetric, and tells only of pairs that were compared."""

import numpy as np
import pandas as pd

from figures import draw_agreement


def test_the_matrix_of_a_kind():
    rows = [("a", "b", 0.5), ("a", "c", 0.25)]
    table = pd.DataFrame(rows, columns=["backbone_a", "backbone_b", "mean"])
    names = draw_agreement.names_of(table)
    assert names == ["a", "b", "c"]
    nan = np.nan
    np.testing.assert_array_equal(
        draw_agreement.matrix(table, names), [[nan, 0.5, 0.25], [0.5, nan, nan], [0.25, nan, nan]]
    )
