"""The n-grams of many words at once, as 64-bit numbers: sorted arrays of them are quicker and smaller than dictionaries
of strings, and putting some into one is a copy of memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd and without pattern: two n-grams with one key are one in 2^64


def keys_of(words: Sequence[str], lengths: range) -> tuple[Keys, Ints]:
    """(M,) the key of each n-gram of the words, and (M,) the number of the word it stands in; repetitions count.

    A key is the polynomial of the n-gram's code points, modulo 2^64 (Karp & Rabin 1987).
    """
    codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    sizes = np.array([len(word) for word in words], np.int64)
    owners = np.arange(len(words)).repeat(sizes)
    left = sizes.cumsum().repeat(sizes) - np.arange(len(codes))  # from each letter to the end of its word
    keys, found = codes, []
    for length in range(1, lengths.stop):
        if length > 1:
            keys = keys[:-1] * _FACTOR + codes[length - 1 :]
        if length in lengths:
            inside = (left[: len(keys)] >= length).nonzero()[0]
            found.append((keys.take(inside), owners.take(inside)))
    if len(found) == 1:
        return found[0]
    return np.concatenate([each for each, _ in found]), np.concatenate([each for _, each in found])


def lacking(keys: Keys, added: Keys) -> tuple[Ints, Keys]:
    """Which of `added` are not among `keys` (both sorted and distinct), and where to insert them."""
    at = keys.searchsorted(added)
    new = keys.searchsorted(added, side="right") == at
    return at[new], added[new]
