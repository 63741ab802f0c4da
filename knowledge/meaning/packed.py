"""The weights of the sentence model, read from the file that carries them; mapped, so what is not used is not loaded.

`multilingual-e5-small` (intfloat, MIT) in blocks of 32 weights: 4 bits each and one half-precision scale. Layout, all
little endian: 4 bytes magic and 4 version; seven int32 (width, layers, heads, inner width, pieces in the table,
positions, types), a float epsilon and an int32 block size; the tokenizer (count, four special ids, blob length,
offsets, scores, blob); its character map (count, length, then code point, number, code points each); the directory of
tensors (name, kind, count, offset, bytes).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

BLOCK = 32
_BLOCKS = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the model."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the tokenizer needs: `ids` of the pieces, `scores` (log-probabilities) by id, the character map."""

    ids: dict[str, int]
    scores: Floats
    characters: dict[int, str]
    first: int
    last: int
    unknown: int


class BrokenWeights(ValueError):
    """The weights file is cut short or is another one."""


class Packed:
    """The open file. Raises OSError and BrokenWeights."""

    def __init__(self, path: Path) -> None:
        self._map = np.memmap(path, mode="r")
        try:
            self._read()
        except (struct.error, ValueError, UnicodeDecodeError, IndexError, OverflowError) as error:
            raise BrokenWeights(f"{path.name}: {error}") from error
        end = max((offset + length for _, offset, length in self._tensors.values()), default=0)
        if end > len(self._map) or not self._tensors:
            raise BrokenWeights(f"{path.name}: {len(self._map)} bytes where {end} were expected")

    def floats(self, name: str, *shape: int) -> Floats:
        """A copy of a tensor kept as 32-bit floats."""
        _, offset, length = self._tensors[name]
        return np.frombuffer(self._map, "<f4", length // 4, offset).reshape(*shape).copy()

    def blocks(self, name: str, rows: int, columns: int) -> npt.NDArray[np.void]:
        """A tensor in blocks, (rows, columns / BLOCK), still mapped."""
        _, offset, _ = self._tensors[name]
        count = rows * columns // BLOCK
        return np.frombuffer(self._map, _BLOCKS, count, offset).reshape(rows, columns // BLOCK)

    def _read(self) -> None:
        view = memoryview(self._map)  # type: ignore[arg-type]  # memmap is a buffer
        width, layers, heads, inner, self.pieces, positions, _, epsilon, block = struct.unpack_from("<7ifi", view, 8)
        if block != BLOCK:
            raise ValueError(f"blocks of {block}")
        self.shape = Shape(width, layers, heads, inner, positions, epsilon)
        at = 8 + struct.calcsize("<7ifi")
        count, first, last, _, unknown, size = struct.unpack_from("<5iQ", view, at)
        at += struct.calcsize("<5iQ")
        offsets = np.frombuffer(self._map, "<u4", count + 1, at).tolist()
        at += 4 * (count + 1)
        scores = np.frombuffer(self._map, "<f4", count, at).copy()
        at += 4 * count
        blob = bytes(view[at : at + size])
        at += size
        ids: dict[str, int] = {}
        for number in range(count):
            piece = blob[offsets[number] : offsets[number + 1]].decode("utf-8", "replace")
            if number != unknown and piece:
                ids.setdefault(piece, number)
        count, size = struct.unpack_from("<iI", view, at)
        at += 8
        characters, place = {}, at
        for _ in range(count):
            code, number = struct.unpack_from("<IB", view, place)
            place += 5
            characters[code] = "".join(map(chr, struct.unpack_from(f"<{number}I", view, place)))
            place += 4 * number
        self.tokens = Tokens(ids, scores, characters, first, last, unknown)
        self._read_directory(view, at + size)

    def _read_directory(self, view: memoryview, at: int) -> None:
        (count,) = struct.unpack_from("<i", view, at)
        at += 4
        self._tensors: dict[str, tuple[int, int, int]] = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", view, at)
            name = bytes(view[at + 2 : at + 2 + length]).decode("ascii")
            at += 2 + length
            kind, _, offset, size = struct.unpack_from("<BIQQ", view, at)
            at += struct.calcsize("<BIQQ")
            self._tensors[name] = (kind, offset, size)


def unpacked(blocks: npt.NDArray[np.void]) -> Floats:
    """(rows, columns) floats of (rows, columns / BLOCK) blocks: the low halves of the bytes come first."""
    pairs = blocks["pairs"]
    values = np.empty((*blocks.shape, BLOCK), np.float32)
    values[..., : BLOCK // 2] = pairs & 15
    values[..., BLOCK // 2 :] = pairs >> 4
    values -= 8
    values *= blocks["scale"].astype(np.float32)[..., None]
    return values.reshape(len(blocks), -1)
