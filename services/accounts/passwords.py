"""Passwords: hashing them off the event loop, and which ones are too weak to take (NIST SP 800-63B-4, 3.1.1.2)."""

from __future__ import annotations

import asyncio
import unicodedata
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from secrets import token_bytes
from threading import Lock

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

SHORTEST, LONGEST = 15, 256
"""Characters, after normalisation."""

AT_ONCE = 2
GUESSABLE = 3
"""A score of zxcvbn below this means fewer than 10^8 guesses."""

LOOKED_AT = 72
"""How many characters zxcvbn takes; a longer password whose beginning is strong is strong."""

TELLING = 4
"""A name shorter than this may stand in a password by chance."""

OURS = (
    "porina",
    "porin kaupunki",
    "yrjönkatu",
    "asiakaspalvelu",
    "salasana",
    "lösenord",
    "kirjaudu",
    "kesäkuu",
    "talvi",
)
"""What is tried first here: the service's own words, and what Finns and Swedes take where others take "password"."""

_ONE_AT_A_TIME = Lock()  # zxcvbn keeps the names of the password it looks at in a global


class Passwords:
    """Argon2id (RFC 9106) in threads of its own, two at once: each takes 64 MiB and most of a tenth of a second.

    Close it when done.
    """

    def __init__(self, cost: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(cost)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._nobodys = _unmatched(cost)

    async def hash(self, password: str) -> str:
        """What is kept in place of `password`."""
        plain = _normalised(password)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, plain)

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether `password` is the one. Where there is no hash (nobody has the login) it takes as long to say no.

        The same for a password longer than any can be, of which only the beginning is hashed.
        """
        plain = _normalised(password[: LONGEST + 1])
        known = password_hash if len(plain) <= LONGEST else None
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._verify, known, plain[:LONGEST])

    def _verify(self, password_hash: str | None, plain: str) -> bool:
        try:
            right = self._hasher.verify(password_hash or self._nobodys, plain)
        except (VerificationError, InvalidHashError):
            return False
        return right and password_hash is not None

    def close(self) -> None:
        """Finish what was begun."""
        self._threads.shutdown()


def _unmatched(cost: Parameters) -> str:
    """A hash that takes as long as any to compare and that no password has: its bytes are random."""
    salt, hashed = (b64encode(token_bytes(length)).decode().rstrip("=") for length in (cost.salt_len, cost.hash_len))
    numbers = f"m={cost.memory_cost},t={cost.time_cost},p={cost.parallelism}"
    return f"$argon2id$v={cost.version}${numbers}${salt}${hashed}"


async def weakness(password: str, *names: str) -> str | None:
    """Why `password` is not taken: `short`, `long`, `common` (often used, easily guessed, or has a name in it).

    None where it is good. `names`: what guessers try first, as login and name.
    """
    if len(password) > LONGEST or len(plain := _normalised(password)) > LONGEST:
        return "long"
    if len(plain) < SHORTEST:
        return "short"
    told = [name.casefold() for name in names if len(name) >= TELLING]
    if any(name in plain.casefold() for name in told):
        return "common"
    return await asyncio.to_thread(_common, plain, told)


def _common(plain: str, names: list[str]) -> str | None:
    distinct = " ".join(dict.fromkeys(plain.split()))  # a word said twice is hardly harder to guess
    with _ONE_AT_A_TIME:
        score: int = zxcvbn(distinct[:LOOKED_AT], user_inputs=[*names, *OURS])["score"]
    return "common" if score < GUESSABLE else None


def _normalised(password: str) -> str:
    """NFKC: the same password typed on another keyboard is the same; half a surrogate pair cannot be hashed."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode())
