"""A short notice in languages that the content does not have: write in yours, a bot answers in one of three."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

PATH = Path(__file__).parent / "notice.yaml"


@cache
def notices() -> Mapping[str, str]:
    """The notice by BCP 47 code, the largest language first. Read once, at the first call."""
    read = yaml.safe_load(PATH.read_text("utf-8"))
    return MappingProxyType({code: notice["text"] for code, notice in read.items()})
