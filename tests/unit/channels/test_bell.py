"""The bell's listeners: in order, bounded, and sent home at the end."""

from services.bell import WAITING, Bell, Missed
from services.conversations.acts import Committed


def committed(after: int, conversation: str = "a") -> Committed:
    return Committed(conversation, after, ("{}",))


async def test_rings_come_in_order_to_their_conversation_only() -> None:
    bell = Bell()
    with bell.listen("a") as listener:
        bell.ring(committed(0))
        bell.ring(committed(0, "b"))
        bell.ring(committed(1))
        bell.close()
        assert [ring async for ring in listener] == [committed(0), committed(1)]
    assert len(bell) == 0


async def test_who_is_too_slow_is_told_so_and_costs_no_more() -> None:
    bell = Bell()
    with bell.listen("a") as listener:
        for number in range(WAITING * 10 + 1):
            bell.ring(committed(number))
        bell.close()
        rings = [ring async for ring in listener]
    assert len(rings) <= WAITING
    assert isinstance(rings[0], Missed)
    assert rings[-1] == committed(WAITING * 10)


async def test_who_comes_after_closing_time_goes_at_once() -> None:
    bell = Bell()
    bell.close()
    with bell.listen("a") as listener:
        assert [ring async for ring in listener] == []
