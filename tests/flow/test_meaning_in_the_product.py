"""The sentence model in the whole product: what it adds, that nobody waits for it, and that all roads read alike."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from served import Served, serving_product
from sqlalchemy import text as sql

from bot.content_watch import deepen, refresh
from knowledge.files import SHIPPED, read_folder
from knowledge.matching import Found
from knowledge.meaning.sentences import MOST_WAITING, Sentences
from knowledge.reading import deepened, read_now
from knowledge.store import know, published, save

SITUATION = "tien varressa ei näe enää illalla mitään"
UKRAINIAN = "Не горить вуличний ліхтар біля нашого будинку, кому про це сказати?"
MESSAGES = (
    SITUATION,
    UKRAINIAN,
    "parkkisakosta valitus",
    "where can i put old sofa",
    "buss på lördag",
    "hakea eskariin",
)


async def readings(served: Served) -> list[dict[str, Any]]:
    rows = await served.parts.database.read(
        lambda tx: tx.execute(sql("SELECT data FROM events WHERE kind = 'question.read' ORDER BY id")).all()
    )
    return [data if isinstance(data, dict) else json.loads(data) for (data,) in rows]


def entries(found: Found) -> list[tuple[str, float]]:
    return [(each.entry, round(each.score, 3)) for each in found.candidates]


async def test_a_question_in_ukrainian_is_answered_by_its_meaning(tmp_path: Path, model: Sentences) -> None:
    async with serving_product(tmp_path, sentences=model) as served:
        await deepen(served.parts)
        talk = await served.open("uk-UA")
        await talk.post({"type": "message", "text": UKRAINIAN, "from": {"id": "dl_tester"}})
        said = "\n".join(filter(None, await talk.texts()))
        assert "street light" in said.lower()
        [read] = await readings(served)
        assert read["way"] == "meaning"
        assert read["ms"] > 0


async def test_without_the_model_it_is_read_by_words(tmp_path: Path) -> None:
    async with serving_product(tmp_path, sentence_model="off") as served:
        talk = await served.open()
        await talk.post({"type": "message", "text": SITUATION, "from": {"id": "dl_tester"}})
        assert [each["way"] for each in await readings(served)] == ["words"]


async def test_an_overloaded_model_is_not_waited_for(tmp_path: Path, model: Sentences) -> None:
    go_on = threading.Event()
    async with serving_product(tmp_path, sentences=model) as served:
        await deepen(served.parts)
        waiting = [asyncio.create_task(model.then([f"{n}"], lambda _: go_on.wait(30))) for n in range(MOST_WAITING)]
        try:
            talk = await served.open()
            await talk.post({"type": "message", "text": SITUATION, "from": {"id": "dl_tester"}})
            assert [each["way"] for each in await readings(served)] == ["words"]
        finally:
            go_on.set()
            await asyncio.gather(*waiting)
        await talk.post({"type": "message", "text": SITUATION, "from": {"id": "dl_tester"}})
        assert [each["way"] for each in await readings(served)] == ["words", "both"]


@pytest.mark.long
async def test_the_folder_the_database_and_a_swap_read_alike(tmp_path: Path, model: Sentences) -> None:
    shipped = read_folder(SHIPPED)
    folder = deepened(know(shipped).matcher, model)
    expected = [entries(read_now(folder, model, text)) for text in MESSAGES]

    async with serving_product(tmp_path, sentences=model) as served:
        parts = served.parts
        await deepen(parts)
        read = [entries(await asyncio.to_thread(read_now, parts.known.matcher, model, text)) for text in MESSAGES]
        assert read == expected
        base = published(shipped, parts.known_on)
        for entry_count in (-1, None):  # one entry away, and back again
            changed = base.model_copy(update={"entries": base.entries[:entry_count]})
            await asyncio.to_thread(save, parts.database, changed, served.clock(), by="test", source="test")
            before = parts.known
            assert await refresh(parts)
            assert parts.known is not before
            await deepen(parts)
        read = [entries(await asyncio.to_thread(read_now, parts.known.matcher, model, text)) for text in MESSAGES]
    assert [[entry for entry, _ in each] for each in read] == [[entry for entry, _ in each] for each in expected]
    for each, other in zip(read, expected, strict=True):
        assert [score for _, score in each] == pytest.approx([score for _, score in other], abs=0.002)
