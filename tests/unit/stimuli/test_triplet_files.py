"""Triplets in the forms that people have: the same answers from all of them, and one line for what cannot be told."""

import numpy as np
import pytest

from ais.artifacts import store
from ais.errors import InputError
from ais.stimuli import folds, triplet_files, triplets
from ais.stimuli.folds import pair_numbers
from stimuli import read_judgments, split_folds

IMAGES = ["ant", "bee", "cat", "dog", "eel"]
ORDER = ["dog", "ant", "eel", "cat", "bee"]  # of files that count
ANSWERS = np.array([[0, 1, 2], [3, 2, 4], [1, 0, 4], [0, 3, 2], [4, 2, 1]])  # by IMAGES, the third the odd one
COUNTED = np.array([ORDER.index(IMAGES[n]) for n in ANSWERS.ravel()]).reshape(-1, 3)


def names(rows, separator=" ", last=lambda row: row):
    return "\n".join(separator.join(last([IMAGES[n] for n in row])) for row in rows)


def with_choice(first=1):
    """As THINGS has it: three images in any place, and which of them was the odd one."""
    lines = ["image1\timage2\timage3\tchoice\tRT\tsubject_id"]
    for number, (a, b, odd) in enumerate(COUNTED + 1):
        place = number % 3
        three = [*[a, b][:place], odd, *[a, b][place:]]
        lines.append("\t".join(map(str, [*three, place + first, 900 + number, f"p{number % 2}"])))
    return "\n".join(lines) + "\n"


FORMS = {
    "three names a line": (names(ANSWERS), {}),
    "commas, folders, extensions": (names(ANSWERS, ",", lambda row: [f"set/{name}.jpg" for name in row]), {}),
    "named columns": ("image_a,image_b,odd,rater\n" + names(ANSWERS, ",", lambda row: [*row, "p1"]), {}),
    "columns of other names": (
        "a;b;out\n" + names(ANSWERS, ";"),
        {"columns": {"image_a": "a", "image_b": "b", "odd": "out"}},
    ),
    "the first the odd one": (names(ANSWERS[:, [2, 0, 1]]), {"odd": "first"}),
    "counted from 0 as they show": ("\n".join(" ".join(map(str, row)) for row in COUNTED), {"order": ORDER}),
    "counted from 1 as they show": ("\n".join(" ".join(map(str, row)) for row in COUNTED + 1), {"order": ORDER}),
    "as np.savetxt writes floats": ("\n".join(" ".join(f"{n}.0" for n in row) for row in COUNTED), {"order": ORDER}),
    "THINGS' table": (with_choice(), {"order": ORDER}),
    "its choice from 0": (with_choice(0), {"order": ORDER}),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_answers(form, tmp_path):
    text, options = FORMS[form]
    (tmp_path / "triplets.txt").write_text(text)
    found, notes = triplet_files.read(tmp_path / "triplets.txt", IMAGES, **options)
    assert np.array_equal(np.sort(found.images[:, :2], axis=1), np.sort(ANSWERS[:, :2], axis=1))
    assert np.array_equal(found.images[:, 2], ANSWERS[:, 2])
    if "THINGS" in form:
        assert found.rater.tolist() == [0, 1, 0, 1, 0] and any("RT" in note for note in notes)
    assert not any("in no triplet" in note for note in notes)


def test_an_array_as_cblearn_has_it(tmp_path):
    np.save(tmp_path / "triplets.npy", COUNTED[:, [2, 0, 1]].astype(float))
    found, _ = triplet_files.read(tmp_path / "triplets.npy", IMAGES, ORDER, odd="first")
    assert np.array_equal(found.images, ANSWERS)
    np.savez(tmp_path / "triplets.npz", data=COUNTED, RT=np.arange(5))
    found, _ = triplet_files.read(tmp_path / "triplets.npz", IMAGES, ORDER)
    assert np.array_equal(found.images, ANSWERS)


INNER = np.array([[1, 2, 3], [2, 3, 1], [3, 1, 2]])
REFUSED = {
    "counted from 0 or 1": (INNER, {"order": ORDER}, "counted from 0 or from 1.*judgments.base"),
    "counted otherwise than told": (COUNTED, {"order": ORDER, "base": 1}, "counted from 1, as judgments.base says"),
    "beyond the order": (COUNTED + 2, {"order": ORDER}, "from 2 to 6.*Is it the order"),
    "numbers without an order": (COUNTED, {}, "expected judgments.order"),
    "an image twice": (np.array([[0, 1, 0], [1, 2, 4], [3, 1, 2]]), {"order": ORDER}, "triplet 1: found 'dog' twice"),
    "too few": (COUNTED[:2], {"order": ORDER}, "found 2 triplets"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_told_is_refused(case, tmp_path):
    rows, options, words = REFUSED[case]
    np.savetxt(tmp_path / "triplets.txt", rows, fmt="%d")
    with pytest.raises(InputError, match=words) as told:
        triplet_files.read(tmp_path / "triplets.txt", IMAGES, **options)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ant bee cow\nant bee cat\ncat dog eel", "'cow', of which there is no image"),
        ("image1,image2,image3,answer\nant,bee,cat,1", "missing: choice"),
        ("image1,image2,image3,choice\nant,bee,cat,1\nant,dog,eel,2\nant,dog,cat,1", "which of the three"),
        ("ant bee\nant cat", "2 columns without names"),
        ("a,b,c,d\nant,bee,cat,1", "missing:.*image_a"),
        ("image_a,image_b,odd\nant,bee,", "line 2: found an empty cell"),
        ("ant,bee,cat\nant,bee,cat,dog", "not a readable table"),
        ("", "not a readable table"),
    ],
)
def test_other_tables_are_refused_in_a_line(text, words, tmp_path):
    (tmp_path / "triplets.csv").write_text(text)
    with pytest.raises(InputError, match=words) as told:
        triplet_files.read(tmp_path / "triplets.csv", IMAGES)
    assert "\n" not in str(told.value)


def test_images_whose_names_are_numbers(tmp_path):
    images = ["1", "2", "3", "4"]
    (tmp_path / "triplets.txt").write_text("1 2 3\n2 3 4\n4 1 2")
    found, _ = triplet_files.read(tmp_path / "triplets.txt", images)
    assert found.images.tolist() == [[0, 1, 2], [1, 2, 3], [3, 0, 1]]
    with pytest.raises(InputError, match="one reading"):
        triplet_files.read(tmp_path / "triplets.txt", images, ["4", "3", "2", "1"])
    found, _ = triplet_files.read(tmp_path / "triplets.txt", images, ["4", "3", "2", "1"], base=1)
    assert found.images[0].tolist() == [3, 2, 1]


def test_shares_are_those_of_a_plain_loop():
    random = np.random.default_rng(0)
    answers = np.array([random.permutation(5)[:3] for _ in range(30)])
    numbers, shares = triplets.shares(triplets.OddOnes(answers), 5)
    for a in range(5):
        for b in range(a + 1, 5):
            asked = [row for row in answers if {a, b} <= set(row)]
            chosen = [row for row in asked if row[2] not in (a, b)]
            at = np.flatnonzero(numbers == pair_numbers(np.array([a]), np.array([b]), 5)[0])
            assert shares[at].tolist() == ([len(chosen) / len(asked)] if asked else [])


def test_folds_of_triplets():
    random = np.random.default_rng(0)
    answers = np.array([random.permutation(20)[:3] for _ in range(400)])
    answers = np.concatenate([answers, answers[:50, [2, 0, 1]]])  # asked again, answered otherwise
    splits = triplets.splits(triplets.OddOnes(answers))
    train, test = folds.make(20, "pairs", 5, [1, 2], splits, "triplets")
    assert np.array_equal(train, ~test) and (test.sum(axis=0) == 2).all()
    assert np.array_equal(test[:, :50], test[:, 400:])
    train, test = folds.make(20, "images", 2, [1, 2], splits, "triplets")
    for own, other in zip(train, test, strict=True):
        seen, held_out = set(answers[own].ravel()), set(answers[other].ravel())
        assert not seen & held_out
        assert all(own[n] == (set(row) <= seen) for n, row in enumerate(answers) if set(row) <= seen | held_out)
    with pytest.raises(InputError, match=r"holds . triplets"):
        folds.make(20, "images", 10, [1], splits, "triplets")


def test_from_file_to_artifacts(tmp_path, monkeypatch):
    from unit.stimuli.test_read_judgments import manifests, pd

    monkeypatch.chdir(tmp_path)
    table = pd.DataFrame({"position": range(5), "image": IMAGES, "file": [f"{name}.jpg" for name in IMAGES]})
    manifests.write_manifest("set.tsv", table.assign(sha256="0", width=9, height=9))
    for number in (1, 2):
        (tmp_path / f"{number}.txt").write_text(names(np.tile(ANSWERS, (3, 1))))
    given = ["--manifest", "set.tsv", "--triplets", "1.txt", "--triplets", "2.txt", "--output", "judgments.h5"]
    read_judgments.main(read_judgments.parser().parse_args(given))
    with store.opened("judgments.h5", "judgments") as file:
        found = triplets.read(file)
    assert np.array_equal(found.images, np.tile(ANSWERS, (6, 1))) and found.raters == 2
    given = ["--manifest", "set.tsv", "--judgments", "judgments.h5", "--split", "pairs", "--folds", "2",
             "--seeds", "1", "--output", "folds.h5"]  # fmt: skip
    split_folds.main(split_folds.parser().parse_args(given))
    with store.opened("folds.h5", "folds", IMAGES) as file:
        assert file["test"].shape == (2, 30)
