"""Damaged rating files: told in one line, or read with no pair wrong but those that the damage touched."""

import random

import numpy as np
import pytest
from scipy.io import savemat
from scipy.spatial.distance import squareform

from ais.errors import InputError
from ais.stimuli import image_names, judgments, rating_files, rating_values

N = 7
IMAGES = [f"im{number}" for number in range(N)]
ORDER = [IMAGES[number] for number in (3, 0, 6, 2, 5, 1, 4)]
# Every pair its own number, so that a pair read in another's place is seen.
TRUTH = squareform(np.round(np.linspace(1.03, 6.97, N * (N - 1) // 2), 2))[::-1, ::-1] + 9 * np.eye(N)
PAIRS = N * (N - 1) // 2


def square(separator=",", decimal="."):
    rows = [["", *ORDER], *([name, *map(str, row)] for name, row in zip(ORDER, TRUTH.tolist(), strict=True))]
    return [separator.join(cell.replace(".", decimal) for cell in row) for row in rows]


def triangle():
    return [",".join(["", *ORDER])] + [
        ",".join([ORDER[n], *map(str, TRUTH[n, : n + 1]), *[""] * (N - n - 1)]) for n in range(N)
    ]


def long():
    pairs = [f"{ORDER[a]},{ORDER[b]},{TRUTH[a, b]},p" for a in range(N) for b in range(a)]
    return ["image_a,image_b,rating,rater", *pairs]


def header_alone():
    return [",".join(ORDER), *(",".join(map(str, row)) for row in TRUTH.tolist())]


TEXTS = {
    "commas": square, "semicolons": lambda: square(";", ","), "tabs": lambda: square("\t"), "triangle": triangle,
    "long": long, "header": header_alone, "plain": lambda: [" ".join(map(str, row)) for row in TRUTH.tolist()],
}  # fmt: skip


def cut(lines, chance):
    text = "\n".join(lines)
    return text[: chance.randrange(len(text))]


def without_line(lines, chance):
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def line_twice(lines, chance):
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return "\n".join(lines)


def lines_exchanged(lines, chance):
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


def letter(lines, chance):
    text = "\n".join(lines)
    place = chance.randrange(len(text))
    return text[:place] + chance.choice([*"0159,.;\t -\"'aim#e\n\r\0é", ""]) + text[place + chance.randrange(2) :]


def some_letters(lines, chance):
    for _ in range(chance.randrange(1, 5)):
        lines = letter(lines, chance).split("\n")
    return "\n".join(lines)


def cell(lines, chance):
    n = chance.randrange(len(lines))
    separator = next((mark for mark in "\t;, " if mark in lines[n]), ",")
    cells = lines[n].split(separator)
    place = chance.randrange(len(cells))
    cells[place : place + chance.randrange(2)] = [
        chance.choice(["", "NA", "-99", "x", "1e400", "im1", "3", "0,5", "1.2.3"])
    ]
    lines[n] = separator.join(cells)
    return "\n".join(lines)


def column(lines, chance):
    separator = next((mark for mark in "\t;, " if mark in lines[0]), ",")
    rows = [line.split(separator) for line in lines]
    place = chance.randrange(len(rows[0]))
    return "\n".join(separator.join(row[:place] + row[place + 1 :]) for row in rows)


DAMAGES = [cut, without_line, line_twice, lines_exchanged, letter, some_letters, cell, column]


def judged(path, order, kind=None):
    """The mean over raters, as read_judgments makes it."""
    file = rating_files.read(path, IMAGES, order)
    judgments.check(file.ids, file.values, kind, str(path), file.has_diagonal)
    rating_values.looked_at(file.written, str(path))
    table = judgments.in_order(file.values, image_names.matched(file.ids, IMAGES, str(path)))
    return judgments.mean_over_raters(table, N)


def wrong_pairs(found):
    """How many judged pairs are not what they are in truth."""
    place = [ORDER.index(name) for name in IMAGES]
    expected, upper = TRUTH[np.ix_(place, place)], np.triu_indices(N, 1)
    different = ~np.isclose(found[upper], expected[upper])
    return int((different & ~np.isnan(found[upper])).sum())


def assert_told_or_right(path, order, most_wrong, kind=None):
    try:
        found = judged(path, order, kind)
    except InputError as error:
        assert "\n" not in str(error) and str(error).startswith(str(path))
        return "told"
    wrong = wrong_pairs(found)
    assert wrong <= most_wrong, f"{wrong} pairs are wrong: {path.read_bytes()!r}"
    return "read"


def damaged_texts(folder, first, last):
    outcomes = []
    for seed in range(first, last):
        chance = random.Random(seed)
        form, damage = chance.choice(list(TEXTS)), chance.choice(DAMAGES)
        content = damage(TEXTS[form](), chance)
        path = folder / f"{seed}.csv"
        path.write_bytes(content.encode(chance.choice(["utf-8", "utf-8-sig", "utf-16"])))
        # One letter touches a number or a name; a name for another image exchanges the pairs of two.
        most = 0 if damage in (cut, line_twice) else 4
        outcomes.append(assert_told_or_right(path, ORDER if chance.random() < 0.5 else None, most))
        path.unlink()
    return outcomes


def damaged_arrays(folder, first, last):
    outcomes = []
    for seed in range(first, last):
        chance = random.Random(seed)
        end = chance.choice(["npy", "npz", "mat"])
        path = folder / f"{seed}.{end}"
        np.save(path, TRUTH) if end == "npy" else np.savez(path, r=TRUTH) if end == "npz" else savemat(
            path, {"r": TRUTH}
        )
        content = bytearray(path.read_bytes())
        if chance.random() < 0.3:
            content = content[: chance.randrange(len(content))]
        for _ in range(chance.randrange(4)):
            if content:
                content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        outcomes.append(assert_told_or_right(path, ORDER, 4))
        path.unlink()
    return outcomes


def test_damaged_files(tmp_path):
    outcomes = damaged_texts(tmp_path, 0, 150) + damaged_arrays(tmp_path, 0, 50)
    assert {"told", "read"} == set(outcomes)


@pytest.mark.long
@pytest.mark.parametrize("block", range(5))
def test_many_damaged_files(tmp_path, block):
    damaged_texts(tmp_path, 1000 + 800 * block, 1800 + 800 * block)
    damaged_arrays(tmp_path, 1000 + 200 * block, 1200 + 200 * block)
