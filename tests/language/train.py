"""Makes `app/language/intents.tsv` from the labelled replies in `training/`, and measures it on writers left out.

    .venv/bin/python -m tests.language.train [--measure]

needs scikit-learn, which the product does not: `PYTHONPATH` may name a folder that holds it. Every file of
`training/` has another writer. The figures printed are those of each writer's replies read by a model that was
learnt from the others' only; the thresholds are chosen there. The half "test" of `replies.jsonl` takes no part.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-not-found, import-untyped, unused-ignore]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found, import-untyped, unused-ignore]

from app.language import intents, learnt, rating
from app.language.normal import normalise
from app.language.vocabulary import Intent

HERE = Path(__file__).resolve().parent
WEIGHTS = Path(learnt.__file__).with_name("intents.tsv")
# The phrases were written with these texts in sight: how far a phrase is to be trusted is not learnt from them.
IN_SIGHT = {"replies", "phrases_a", "phrases_b", "phrases_c", "phrases_d", "sayings"}
_INTENTS = tuple(Intent)
_STRENGTH, _HINT = 1.0, 2.0  # of the regularisation's inverse; of a phrase's mark against a word's
_KEPT = 14_000  # features
_BETA = 1.0  # of an opt-out: above 1 a miss weighs more than a false alarm
_TIMES = {"sayings": 6, "answers_it": 3, "answers_en": 3}  # short ones, of which every word counts
_NEXT_TO = 0.005  # of F: the best by less is the best by chance
_OFTEN = 2  # texts that hold a feature, at the least
_FEW = 3  # words in which the phrases are believed
_FOLDS = 5  # groups of writers, each read by a model of the other four
_LEAST = 3  # hundredths: what weighs less is left out of the file

Row = dict[str, Any]
Features = dict[str, float]


def rows() -> list[Row]:
    """All the replies to learn from, each with its writer."""
    found = [
        row | {"writer": file.stem}
        for file in sorted((HERE / "training").glob("*.jsonl"))
        for row in map(json.loads, file.read_text("utf-8").splitlines())
    ]
    replies = map(json.loads, (HERE / "replies.jsonl").read_text("utf-8").splitlines())
    found += [row | {"writer": "replies"} for row in replies if row["split"] == "dev"]
    return [row for row in found for _ in range(_TIMES.get(row["writer"], 1))]


def described(row: Row) -> Features:
    """The features of one reply and how much each counts."""
    normal = normalise(row["text"])
    names = {name for name, _, _ in learnt.features(normal.text)}
    found = dict.fromkeys(names, learnt.damped(len(names)))
    wants = intents.by_phrases(row["text"], normal)
    hints = intents.hints(wants, rating.find(normal.text, row["scale"]), row["channel"], row["lang"])
    seen = row["writer"] in IN_SIGHT
    return found | {hint: _HINT for hint in hints if not (seen and hint[0] in "=~")}


def matrix(described: Sequence[Features], names: Sequence[str]) -> Any:
    """Replies x features, sparse; features of other names are left out."""
    places = {name: place for place, name in enumerate(names)}
    ends, columns, values = [0], [], []
    for features in described:
        for name, value in features.items():
            if name in places:
                columns.append(places[name])
                values.append(value)
        ends.append(len(columns))
    return csr_matrix(
        (values, np.array(columns, np.int32), np.array(ends, np.int32)), shape=(len(described), len(names))
    )


def fit(described: Sequence[Features], told: Any) -> tuple[list[str], Any, Any]:
    """The names of the features kept, their weights (features x intents) and the intents' biases."""
    often = Counter(name for features in described for name in features)
    names = sorted(name for name, count in often.items() if count >= _OFTEN)
    weights, _ = _fitted(matrix(described, names), told)
    worth = np.abs(weights).max(axis=1) * np.sqrt([often[name] for name in names])
    kept = sorted(names[place] for place in np.argsort(-worth)[:_KEPT])
    return kept, *_fitted(matrix(described, kept), told)


def _fitted(counts: Any, told: Any) -> tuple[Any, Any]:
    models = [
        LogisticRegression(C=_STRENGTH, solver="liblinear").fit(counts, told[:, k])
        for k in range(len(_INTENTS))
    ]
    return np.array([model.coef_[0] for model in models]).T, np.array(
        [model.intercept_[0] for model in models]
    )


def left_out(all_rows: Sequence[Row], given: Sequence[Features], told: Any) -> Any:
    """Each unseen writer's scores by a model learnt from others only; NaN for texts the phrases were tuned on."""
    writers = np.array([row["writer"] for row in all_rows])
    scores = np.full(told.shape, np.nan)
    names_of_writers = sorted({*writers} - IN_SIGHT)
    for fold in range(_FOLDS):
        away = np.isin(writers, names_of_writers[fold::_FOLDS])
        rest, mine = np.flatnonzero(~away), np.flatnonzero(away)
        names, weights, bias = fit([given[place] for place in rest], told[rest])
        scores[mine] = matrix([given[place] for place in mine], names) @ weights + bias
    return scores


def threshold(told: Any, scores: Any, beta: float) -> float:
    """The score from which an intent is heard: the middle of those whose F-beta is next to the best."""
    order = np.argsort(-scores)
    hits, read = np.cumsum(told[order]), np.arange(1, len(order) + 1)
    worth = (1 + beta**2) * hits / (read + beta**2 * told.sum())
    return float(np.median(scores[order[worth >= worth.max() - _NEXT_TO]]))


def write(names: Sequence[str], weights: Any, bias: Any) -> None:
    """The file: a line per feature, a column per intent, in hundredths; empty where it weighs next to nothing."""
    lines = ["feature\t" + "\t".join(_INTENTS), "bias\t" + _columns(bias, 0)]
    for name, row in zip(
        names, weights * [[_HINT if _outside(name) else 1.0] for name in names], strict=True
    ):
        if (np.abs(row) * 100 >= _LEAST).any():
            lines.append(name + "\t" + _columns(row, _LEAST))
    WEIGHTS.write_text("\n".join(lines) + "\n", "utf-8")


def _outside(name: str) -> bool:
    return name[0] in "=~@"


def _columns(values: Iterable[float], least: int) -> str:
    whole = [round(value * 100) for value in values]
    return "\t".join(str(value) if abs(value) >= least else "" for value in whole).rstrip("\t")


def figures(all_rows: Sequence[Row], given: Sequence[Features], scores: Any) -> str:
    """Per language: the share of replies with exactly the intents told, and precision and recall of each."""
    lines = []
    for lang in ("it", "en"):
        mine = [k for k, row in enumerate(all_rows) if row["lang"] == lang and not np.isnan(scores[k, 0])]
        heard = [
            intents.decide(
                dict(zip(_INTENTS, scores[k], strict=True)),
                _said(given[k]),
                few=len(all_rows[k]["text"].split()) <= _FEW,
            )
            for k in mine
        ]
        exact = np.mean([set(all_rows[k]["intents"]) == found for k, found in zip(mine, heard, strict=True)])
        lines.append(f"{lang}: {len(mine)} replies of writers left out, intents exact {exact:.3f}")
        for intent in _INTENTS:
            said = [intent in all_rows[k]["intents"] for k in mine]
            read = [intent in found for found in heard]
            both = sum(a and b for a, b in zip(said, read, strict=True))
            lines.append(
                f"  {intent:14} precision {both / max(1, sum(read)):.2f} recall {both / max(1, sum(said)):.2f}"
                f" of {sum(said)}"
            )
    return "\n".join(lines)


def _said(given: Features) -> set[Intent]:
    return {Intent(name[1:]) for name in given if name[0] in "=~" and len(name) > 1}


def main() -> None:
    """Measure, choose the thresholds, learn from all and write the file (not with --measure)."""
    all_rows = [row for row in rows() if row["lang"] in ("it", "en")]
    given = [described(row) for row in all_rows]
    told = np.array([[intent in row["intents"] for intent in _INTENTS] for row in all_rows])
    scores = left_out(all_rows, given, told)
    unseen = ~np.isnan(scores[:, 0])
    least = [
        threshold(told[unseen, k], scores[unseen, k], _BETA if intent is Intent.UNSUBSCRIBE else 1.0)
        for k, intent in enumerate(_INTENTS)
    ]
    sys.stdout.write(figures(all_rows, given, scores - least) + "\n")
    if "--measure" not in sys.argv:
        names, weights, bias = fit(given, told)
        write(names, weights, bias - least)
        sys.stdout.write(f"{WEIGHTS}: {WEIGHTS.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
