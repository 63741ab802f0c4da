"""What a browser may say on the line: one JSON object a frame, checked here before anything acts on it.

{"type": "enter", "secret": null | "…", "seq": 0}   first; the secret and the last `seq` heard, after a drop
{"type": "admit", "id": "…"} · {"type": "put_out", "id": "…"}                           a host only
{"type": "signal", "to": "…", "body": {"description": {"type", "sdp"}} | {"candidate": {…} | null}}
{"type": "say", "text": "…"} · {"type": "leave"} · {"type": "ping"}
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

LONGEST = 64 * 1024
LONGEST_SDP = 32 * 1024

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Open(BaseModel):
    """What browsers make: members that they add one day are left out, not refused."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Enter(_Closed):
    type: Literal["enter"]
    secret: Annotated[str, Field(max_length=100)] | None = None
    seq: Annotated[int, Field(ge=0, lt=2**31)] | None = None


class Admit(_Closed):
    type: Literal["admit"]
    id: Id


class PutOut(_Closed):
    type: Literal["put_out"]
    id: Id


class Description(_Open):
    """RTCSessionDescriptionInit (W3C WebRTC 1.0)."""

    type: Literal["offer", "answer", "pranswer", "rollback"]
    sdp: Annotated[str, Field(max_length=LONGEST_SDP)] = ""


class Candidate(_Open):
    """RTCIceCandidateInit (W3C WebRTC 1.0)."""

    candidate: Annotated[str, Field(max_length=1000)] = ""
    sdpMid: Annotated[str, Field(max_length=100)] | None = None  # noqa: N815  as browsers spell it
    sdpMLineIndex: Annotated[int, Field(ge=0, lt=2**16)] | None = None  # noqa: N815
    usernameFragment: Annotated[str, Field(max_length=300)] | None = None  # noqa: N815


class Described(_Closed):
    description: Description


class Found(_Closed):
    """A way to be reached; null: there are no more."""

    candidate: Candidate | None


class Signal(_Closed):
    type: Literal["signal"]
    to: Id
    body: Described | Found

    def plain(self) -> dict[str, Any]:
        """The body as it is handed on."""
        return self.body.model_dump(exclude_unset=True)


class Say(_Closed):
    type: Literal["say"]
    text: str


class Leave(_Closed):
    type: Literal["leave"]


class Ping(_Closed):
    type: Literal["ping"]


Frame = Enter | Admit | PutOut | Signal | Say | Leave | Ping
_FRAME: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])


def read_frame(text: str) -> Frame:
    """The frame that `text` is. Raises ValueError (pydantic's) for anything else."""
    return _FRAME.validate_json(text)
