"""Long tables: a row a rating, with the two images, the number, and who gave it."""

from collections import Counter
from pathlib import Path

import pandas as pd

from ais.errors import InputError, some
from ais.stimuli.image_names import ImageNames
from ais.stimuli.tables import Table

NAMED = ("image_a", "image_b", "rating")
RATINGS = {
    *("rating", "response", "similarity", "dissimilarity", "distance", "score", "judgment", "judgement", "answer"),
    *("value", "sim"),
}
RATERS = {
    *("rater", "subject", "participant", "observer", "user", "worker", "subj", "sub", "pp", "ppt", "vp", "sid", "id"),
    *("rater_id", "subject_id", "participant_id", "worker_id", "workerid", "prolific_pid", "respondent", "annotator"),
    *("judge", "person", "proband"),
}


def is_long(table: Table, images: ImageNames) -> bool:
    """Whether a table that does not name its columns as it should is a long one all the same.

    Two of its columns name images, or its first one has names twice while it is longer than wide; a square
    matrix has neither.
    """
    header, body = table.rows[0], [row for row in table.rows[1:] if len(row) == len(table.rows[0])]
    if len(header) < 3 or len(body) < 2 or images.share(header[1:]) > 0.5:
        return False
    if len(_image_columns(table, images)) >= 2:
        return True
    twice = Counter(row[0] for row in body).most_common(1)[0][1] > 1
    words = all(not table.is_number(row[column]) for row in body for column in (0, 1))
    return twice and words and len(body) > len(header)


def _image_columns(table: Table, images: ImageNames) -> list[int]:
    rows = [row for row in table.rows[1:] if len(row) == len(table.rows[0])]
    return [n for n in range(len(table.rows[0])) if images.share([row[n] for row in rows[:1000]]) > 0.5]


def unnamed(table: Table, images: ImageNames, path: Path) -> InputError:
    """What to say of a long table whose columns have other names."""
    header = table.rows[0]
    if images.share(header) > 0:
        return InputError(
            f"{path}, line {table.lines[0]}: found {', '.join(header)}, a row of ratings already; expected a header. "
            f"Add a first line that names the columns: {', '.join(NAMED)}[, rater]."
        )
    of_images = _image_columns(table, images)[:2] or [0, 1]
    others = [n for n in range(len(header)) if n not in of_images]
    numbers = [n for n in others if all(table.is_number(row[n]) for row in table.rows[1:1000] if n < len(row))]
    rating = next((n for n in numbers if header[n].lower() in RATINGS), numbers[0] if len(numbers) == 1 else None)
    rater = next((n for n in others if n != rating and header[n].lower() in RATERS), None)
    columns = [f"{key}: {header[n]}" for key, n in zip(NAMED, of_images, strict=False)]
    columns.append(f"rating: {header[rating] if rating is not None else '…'}")
    columns += [f"rater: {header[rater]}"] if rater is not None else []
    return InputError(
        f"{path}, header: found the columns {', '.join(header)}: a long table? Expected {', '.join(NAMED)}[, rater]. "
        f"If so, name its columns in the study: judgments: {{files: {path}, columns: {{{', '.join(columns)}}}}}."
    )


def frame_of(table: Table, columns: dict | None, path: Path) -> tuple[pd.DataFrame, list[str]]:
    """A long table's rows as image_a, image_b, rating, rater (text, but the rating), and notes.

    ``columns``: what the table calls them. Further columns are left out, unless one of them may tell the rater.
    Raises :class:`InputError`.
    """
    header, called = table.rows[0], {name: name for name in NAMED} | (columns or {})
    missing = [f"{key}: {name}" if key != name else key for key, name in called.items() if name not in (None, *header)]
    if missing:
        raise InputError(
            f"{path}, header: found {', '.join(header)}; expected {', '.join(NAMED)}[, rater] "
            f"(missing: {', '.join(missing)}). Rename the columns, or name them in the study: judgments.columns."
        )
    for line, row in zip(table.lines[1:], table.rows[1:], strict=True):
        if len(row) != len(header):
            raise InputError(
                f"{path}, line {line} ({row[0]!r}): found {len(row)} cells; expected {len(header)}, as in the header. "
                "Complete it: an empty rating is a pair that nobody judged."
            )
    frame = pd.DataFrame(table.rows[1:], columns=header)
    rater = called.get("rater", "rater" if "rater" in header else None)
    others = [name for name in header if name not in (*(called[key] for key in NAMED), rater)]
    if rater is None and "rater" not in called:
        _ask_for_raters(frame, others, table, path)
    notes = [f"columns left out: {', '.join(map(repr, others))}"] if others else []
    kept = frame[[called[key] for key in NAMED]].set_axis(list(NAMED), axis=1)
    kept["rating"] = [
        table.number(cell, f"{path}, line {line} ({a!r}, {b!r})")
        for line, (a, b, cell) in zip(table.lines[1:], kept.itertuples(index=False), strict=True)
    ]
    kept["rater"] = "" if rater is None else frame[rater]
    for column in ("image_a", "image_b", *(["rater"] if rater is not None else [])):
        if (kept[column] == "").any():
            line = table.lines[1 + int((kept[column] == "").to_numpy().argmax())]
            what = "rater" if column == "rater" else "image"
            raise InputError(f"{path}, line {line}: found no {what}; expected one in every row, or no such column.")
    return kept, notes


def _ask_for_raters(frame: pd.DataFrame, others: list[str], table: Table, path: Path) -> None:
    """Refuse a table that may name its raters under another name: to leave them out would pool them."""
    may_be = []
    for name in others:
        values = set(frame[name])
        fractions = all(table.is_number(value) for value in values) and any("." in value for value in values)
        if name.lower() in RATERS or (1 < len(values) < len(frame) and not fractions):
            may_be.append(name)
    if may_be:
        raise InputError(
            f"{path}, header: found the column {some(may_be)}, which may tell who judged; expected {', '.join(NAMED)}"
            f"[, rater]. Say it in the study: judgments.columns: {{rater: {may_be[0]}}}; or {{rater: null}} where no "
            "column tells it: then several ratings of a pair count as one person's."
        )
