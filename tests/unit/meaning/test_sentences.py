"""The service around the model: nobody waits for what is absent, loading, full or closed."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from knowledge.meaning.encoder import weights_file
from knowledge.meaning.sentences import LONGEST, MOST_WAITING, Sentences, Unavailable, plain


async def test_a_message_gets_its_vectors_in_the_worker(model: Sentences) -> None:
    told = await model.then(["katuvalo on rikki"], lambda vectors: (vectors, threading.current_thread().name))
    assert told is not None
    vectors, thread = told
    assert vectors.shape == (1, 384)
    assert thread.startswith("sentence-model")


async def test_a_full_queue_is_told_at_once_and_a_free_one_is_not(model: Sentences) -> None:
    go_on = threading.Event()
    waiting = [asyncio.create_task(model.then([f"sana {n}"], lambda _: go_on.wait(20))) for n in range(MOST_WAITING)]
    await asyncio.sleep(0)  # let each take its place
    try:
        assert await model.then(["one too many"], len) is None
    finally:
        go_on.set()
    assert await asyncio.gather(*waiting) == [True] * MOST_WAITING
    assert await model.then(["one too many"], len) == 1


async def test_a_failing_use_leaves_its_place(model: Sentences) -> None:
    for _ in range(2 * MOST_WAITING):
        with pytest.raises(ZeroDivisionError):
            await model.then(["a"], lambda _: 1 / 0)
    assert await model.then(["a"], len) == 1


def test_the_same_message_is_computed_once(model: Sentences, monkeypatch: pytest.MonkeyPatch) -> None:
    first = model.now(["kerran vain", "kahdesti", "Kerran  vain"])
    monkeypatch.setattr(model, "_encode", lambda texts: pytest.fail(f"computed again: {texts}"))
    assert np.array_equal(model.now(["kerran vain", "kahdesti", "kerran vain"]), first)


def test_vectors_of_content_are_kept_from_run_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "content.vectors"
    texts = [f"uusi teksti numero {n}" for n in range(11)]
    with closing(Sentences(file)) as first:
        made = first.content(texts)
    with closing(Sentences(file)) as second:
        monkeypatch.setattr(second, "_encode", lambda given: pytest.fail(f"computed again: {given}"))
        assert np.array_equal(second.content(texts), made)


def test_content_is_read_although_its_vectors_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("a file")
    with closing(Sentences(tmp_path / "in the way" / "content.vectors")) as sentences:
        assert sentences.content(["a text that nobody has said yet"]).shape == (1, 384)


@pytest.mark.parametrize("cut", ["missing", "short", "other"])
async def test_without_its_weights_everything_goes_on_by_words(tmp_path: Path, cut: str) -> None:
    file = tmp_path / "weights.bin"
    if cut == "short":
        with weights_file().open("rb") as whole:
            file.write_bytes(whole.read(1_000_000))
    elif cut == "other":
        file.write_bytes(b"not a model" * 1000)
    with closing(Sentences(weights=file)) as sentences:
        with pytest.raises(Unavailable):
            sentences.now(["a"])
        with pytest.raises(Unavailable):
            sentences.content(["a"])
        assert await sentences.then(["a"], len) is None


async def test_after_closing_nobody_waits() -> None:
    sentences = Sentences()
    sentences.close()
    assert await sentences.then(["a"], len) is None
    with pytest.raises(Unavailable):
        sentences.content(["something quite new"])


def test_texts_are_compared_without_what_cannot_be_seen() -> None:
    assert plain(" Pysäköinti\u200b \t\x07 LUPA\n") == "pysäköinti lupa"
    assert len(plain("ﷺ" * 10_000)) <= LONGEST
    assert plain("\ud800") == ""
