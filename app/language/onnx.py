"""A transformer with three classes, read from a local folder: the plug for a stronger model (extra `onnx`)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from importlib import import_module
from math import exp
from pathlib import Path
from typing import Any

from app.language.sentiment import Probabilities

_TOKENS = 256  # a reply's tone is told by then, and time grows with the square
_AT_ONCE = 32  # texts in one run; padding makes longer batches slower, not faster
_CLASSES = ("neg", "neu", "pos")

Encoded = tuple[list[list[int]], list[list[int]], list[list[int]]]
"""Token ids, attention mask and token types of a batch, a row per text, padded to one length."""


@dataclass(frozen=True, slots=True)
class Transformer:
    """`session` runs the model (onnxruntime's, or what has its two methods); `encode` makes its input.

    `order` says at which place of the logits negative, neutral and positive stand.
    """

    session: Any
    encode: Callable[[list[str]], Encoded]
    order: tuple[int, int, int]
    version: str
    array: Callable[[list[list[int]]], Any]

    def score(self, texts: Sequence[str], langs: Sequence[str]) -> list[Probabilities]:
        """The classes' probabilities; the model itself knows the languages it has learned."""
        wanted = [one.name for one in self.session.get_inputs()]
        heard: list[Probabilities] = []
        for start in range(0, len(texts), _AT_ONCE):
            made = self.encode(list(texts[start : start + _AT_ONCE]))
            named = dict(zip(("input_ids", "attention_mask", "token_type_ids"), made, strict=True))
            logits = self.session.run(None, {name: self.array(named[name]) for name in wanted})[0]
            heard += [self._softmax([float(value) for value in row]) for row in logits]
        return heard

    def _softmax(self, logits: list[float]) -> Probabilities:
        most = max(logits)
        raised = [exp(logits[place] - most) for place in self.order]
        whole = sum(raised)
        return raised[0] / whole, raised[1] / whole, raised[2] / whole


def open_model(folder: Path | None) -> Transformer:
    """The model in `folder`: model.onnx, tokenizer.json and config.json, as `optimum-cli export onnx` writes them.

    Nothing is downloaded. Raises ImportError without the extra, OSError or ValueError where the folder
    does not hold a classifier into negative, neutral and positive.
    """
    if folder is None:
        raise ValueError("SENTIMENT_MODEL_DIR is not set")
    onnxruntime, tokenizers = import_module("onnxruntime"), import_module("tokenizers")
    numpy = import_module("numpy")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(_TOKENS)
    pad = int(config.get("pad_token_id") or 0)
    tokenizer.enable_padding(pad_id=pad, pad_token=tokenizer.id_to_token(pad) or "[PAD]")

    def encode(texts: list[str]) -> Encoded:
        made = tokenizer.encode_batch(texts)
        return [e.ids for e in made], [e.attention_mask for e in made], [e.type_ids for e in made]

    file = folder / "model.onnx"
    with file.open("rb") as opened:  # the head holds the graph: enough to tell two models apart
        mark = blake2s(opened.read(1 << 20), digest_size=4).hexdigest()
    return Transformer(
        onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"]),
        encode,
        class_order(config),
        f"onnx {folder.name} {mark}",
        lambda rows: numpy.array(rows, dtype=numpy.int64),
    )


def class_order(config: dict[str, Any]) -> tuple[int, int, int]:
    """Where negative, neutral and positive stand among the classes that config.json names (`id2label`).

    Unnamed classes (LABEL_0 to LABEL_2) stand in that order, as such models have it. Raises ValueError.
    """
    labels = {int(place): str(label).lower() for place, label in config.get("id2label", {}).items()}
    if len(labels) != len(_CLASSES):
        raise ValueError(f"config.json names {len(labels)} classes: three are needed")
    if all(label.startswith("label_") for label in labels.values()):
        return 0, 1, 2
    found = [[place for place, label in labels.items() if label.startswith(name)] for name in _CLASSES]
    if any(len(places) != 1 for places in found):
        raise ValueError(f"config.json names {sorted(labels.values())}: not negative, neutral and positive")
    return found[0][0], found[1][0], found[2][0]
