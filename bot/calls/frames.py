"""What a browser may say on the line of calls: one JSON object a frame.

{"type": "available", "on": true | false} · {"type": "accept", "call": ID} · {"type": "decline", "call": ID} ·
{"type": "ping"}
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

LONGEST = 1024

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Available(_Closed):
    type: Literal["available"]
    on: bool


class Accept(_Closed):
    type: Literal["accept"]
    call: Id


class Decline(_Closed):
    type: Literal["decline"]
    call: Id


class Ping(_Closed):
    type: Literal["ping"]


Frame = Available | Accept | Decline | Ping
_FRAME: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])


def read_frame(text: str) -> Frame:
    """The frame that `text` is. Raises ValueError (pydantic's) for anything else."""
    return _FRAME.validate_json(text)
