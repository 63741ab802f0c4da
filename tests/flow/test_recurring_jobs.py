"""What the product does by itself, as it is wired: every recurring job is known, and done, and comes again."""

from served import Served
from sqlalchemy import text

from bot.jobs import RECURRING, job_runner
from services.jobs.acts import dead, waiting
from services.jobs.recurring import plan


async def test_a_day_and_a_night(served: Served) -> None:
    parts = served.parts
    runner = job_runner(
        parts.settings, parts.data, parts.database, served.clock, parts.secret, lambda: parts.known.base
    )
    for _ in range(2):
        await parts.database.transaction(plan, RECURRING, served.clock())
        served.clock.forward(days=1)
        assert await runner.run_due() == len(RECURRING)
        open_ones = await parts.database.read(waiting)
        assert {row.kind for row in open_ones} == {each.kind for each in RECURRING}
        assert all(row.due_at > served.clock() and row.last_error is None for row in open_ones)
    done = text("SELECT count(*) FROM jobs WHERE done_at IS NOT NULL")
    assert await parts.database.read(lambda tx: tx.scalar(done)) == 2 * len(RECURRING)
    assert await parts.database.read(dead) == []
