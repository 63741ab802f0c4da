"""Vectors of texts kept in a file by the hash of the text, so that none is computed twice.

Derived data: the file may be deleted at any time. A record is 16 bytes of BLAKE2b of the text, a 32-bit float scale and
one signed byte for each dimension (a cosine changes by less than 0.001). Bytes at the end that make no whole record,
after a write that was cut short, are dropped.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from knowledge.meaning.packed import Floats

WIDTH = 384
_HASH = 16
_VECTOR = np.dtype([("scale", "<f4"), ("values", "i1", WIDTH)])
_RECORD = _HASH + _VECTOR.itemsize


def hashed(text: str) -> bytes:
    """The key of a text."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_HASH).digest()


class Vectors:
    """A mapping from text to vector that grows; reading while another thread adds is safe."""

    def __init__(self) -> None:
        # Bytes in a flat dict: thousands of arrays would be walked by every round of the garbage collector.
        self._known: dict[bytes, bytes] = {}

    def read(self, path: Path) -> None:
        """Add what a file holds; a missing file holds nothing. Raises OSError."""
        try:
            whole = path.read_bytes()
        except FileNotFoundError:
            return
        for start in range(0, len(whole) - _RECORD + 1, _RECORD):
            self._known[whole[start : start + _HASH]] = whole[start + _HASH : start + _RECORD]

    def missing(self, texts: Iterable[str]) -> list[str]:
        """The distinct texts that have no vector yet."""
        return [text for text in dict.fromkeys(texts) if hashed(text) not in self._known]

    def of(self, texts: Sequence[str]) -> Floats:
        """(N, WIDTH) the vectors of texts. Raises KeyError for one that is missing."""
        found = np.frombuffer(b"".join([self._known[hashed(text)] for text in texts]), _VECTOR)
        return np.asarray(found["values"] * found["scale"][:, None], np.float32)

    def add(self, vectors: Mapping[str, Floats], path: Path | None = None) -> None:
        """Take in new vectors, and append them to a file. Raises OSError; then they are known all the same."""
        made = np.zeros(len(vectors), _VECTOR)
        made["scale"] = [max(float(np.abs(vector).max()), 1e-9) / 127 for vector in vectors.values()]
        made["values"] = [
            np.round(vector / scale) for vector, scale in zip(vectors.values(), made["scale"], strict=True)
        ]
        records = dict(zip(map(hashed, vectors), [each.tobytes() for each in made], strict=True))
        self._known.update(records)
        if path is not None:
            _append(path, b"".join(key + value for key, value in records.items()))

    def write(self, texts: Iterable[str], path: Path) -> int:
        """Write the vectors of these texts alone, in the order of their hashes; how many there are."""
        keys = sorted({hashed(text) for text in texts})
        path.write_bytes(b"".join(key + self._known[key] for key in keys))
        return len(keys)


def _append(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        whole = file.tell() // _RECORD * _RECORD
        if whole != file.tell():
            os.ftruncate(file.fileno(), whole)
        file.write(data)
