"""Workers share the file of the content's vectors: whoever writes, what is read is whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from knowledge.meaning.vectors import WIDTH, Vectors

PROCESSES, BATCHES, BATCH = 3, 60, 8
RECORD = 16 + 4 + WIDTH

WRITER = """
import sys
from pathlib import Path
import numpy as np
from knowledge.meaning.vectors import WIDTH, Vectors

mine, file, batches, batch = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
known = Vectors()
print("ready", flush=True)
sys.stdin.readline()
for number in range(batches):
    texts = [f"{mine} {number} {n}" for n in range(batch)]
    known.add({text: np.full(WIDTH, 1 + int(mine), np.float32) for text in texts}, file)
"""


def test_processes_that_write_at_once_leave_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "content.vectors"
    file.write_bytes(b"x" * 100)  # what a write that was cut short has left
    arguments = [str(file), str(BATCHES), str(BATCH)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(mine), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for mine in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert file.stat().st_size % RECORD == 0
    known = Vectors()
    known.read(file)
    texts = [f"{mine} {number} {n}" for mine in range(PROCESSES) for number in range(BATCHES) for n in range(BATCH)]
    kept = [text for text in texts if text not in set(known.missing(texts))]
    # A first write may cut off what others wrote meanwhile; nobody cuts after the last first one.
    assert len(kept) >= BATCHES * BATCH
    values = np.array([1 + int(text.split()[0]) for text in kept])
    assert np.abs(known.of(kept) - values[:, None]).max() < 0.05
