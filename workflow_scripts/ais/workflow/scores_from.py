"""Sets of images that nobody judged: whose scores make their heatmaps."""

import difflib

from ais.errors import InputError

ONLY_WITH_JUDGMENTS = ("categories", "pairs")


def check(source: str, stimuli: dict[str, dict]) -> None:
    """See that every set has judgments, or names another that has (``heatmaps.scores_from``), and not both.

    ``stimuli`` are a study's sets with their defaults, ``source`` is the study's name for messages. Raises
    :class:`InputError` for the first set that does not fit.
    """
    for name, settings in stimuli.items():
        key = f"{source}, stimuli.{name}"
        giver = settings["heatmaps"]["scores_from"]
        if settings["judgments"] is None and giver is None:
            raise InputError(
                f"{key}: found neither judgments nor heatmaps.scores_from; expected one of them. Name the file of "
                "judgments, or a set whose scores stand in for them, as heatmaps: {scores_from: animals}."
            )
        if giver is not None:
            _check_giver(f"{key}.heatmaps.scores_from", name, giver, stimuli)
            if settings["judgments"] is not None:
                raise InputError(
                    f"{key}: found both judgments and heatmaps.scores_from; expected one of them: images that people "
                    "judged have scores of their own. Remove one."
                )
            for part in ONLY_WITH_JUDGMENTS:
                if settings[part]:
                    raise InputError(
                        f"{key}.{part}: found it in a set without judgments; expected none, as it says how these are "
                        "looked at. Remove it."
                    )


def _check_giver(key: str, name: str, giver: str, stimuli: dict[str, dict]) -> None:
    judged = [each for each in stimuli if stimuli[each]["judgments"] is not None]
    if giver in judged and giver != name:
        return
    close = difflib.get_close_matches(giver, judged, n=1)
    advice = f"Did you mean {close[0]!r}?" if close and close[0] != giver else "Name one."
    what = f"{giver!r}, which is no set of this study"
    if giver == name:
        what, advice = f"{giver!r}, the set itself", "Name another."
    elif giver in stimuli and stimuli[giver]["heatmaps"]["scores_from"] is not None:
        what = f"{giver!r}, which has no judgments and takes its own scores from another"
    elif giver in stimuli:
        what = f"{giver!r}, which has no judgments"
    among = f": {', '.join(each for each in judged if each != name)}" if set(judged) - {name} else ""
    raise InputError(f"{key}: found {what}; expected a set of this study that has judgments{among}. {advice}")
