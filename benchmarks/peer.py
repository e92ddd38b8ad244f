"""The same dice task in Inspect AI, its model mocked in process: the peer our throughput is held against."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import tempfile
from importlib.resources import files
from pathlib import Path

from uv import find_uv_bin

VERSION = "inspect-ai==0.3.285"
SAMPLES = 500

# Inspect counts tokens with tiktoken, which downloads its vocabulary; ours is the same file, put where it looks first.
VOCABULARY = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
DATA = "o200k_base.tiktoken.gz"

PROGRAM = '''
import sys, time
from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import ChatMessageTool, ModelOutput, get_model
from inspect_ai.scorer import includes
from inspect_ai.solver import generate, use_tools
from inspect_ai.tool import tool

@tool
def roll_dice():
    async def execute(sides: int) -> str:
        """Roll a dice with the given number of sides.

        Args:
            sides: The number of sides of the dice.
        """
        return "Roll #1: 17 on a 20-sided dice."
    return execute

def answer(input, tools, tool_choice, config):
    if any(isinstance(message, ChatMessageTool) for message in input):
        return ModelOutput.from_content("mock", "You rolled 17.")
    return ModelOutput.for_tool_call("mock", "roll_dice", {"sides": 20})

samples = [Sample(input="Roll a 20-sided dice for me", target="17") for _ in range(int(sys.argv[1]))]
task = Task(dataset=samples, solver=[use_tools(roll_dice()), generate()], scorer=includes())
began = time.perf_counter()
(log,) = eval(task, model=get_model("mockllm/model", custom_outputs=answer), display="none", log_dir=sys.argv[2])
assert log.status == "success", log.error
print(len(samples) / (time.perf_counter() - began))
'''


def inspect_samples_per_s() -> float | None:
    """Samples a second; None where it cannot be installed."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "dice.py"
        program.write_text(PROGRAM)
        vocabulary = hashlib.sha1(VOCABULARY.encode(), usedforsecurity=False).hexdigest()
        (Path(folder) / vocabulary).write_bytes(gzip.decompress((files("bpe_openai.data") / DATA).read_bytes()))
        command = [find_uv_bin(), "run", "--quiet", "--no-project", "--with", VERSION, "--with", "openai", "python"]
        done = subprocess.run(
            [*command, program, str(SAMPLES), folder],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            env={**os.environ, "TIKTOKEN_CACHE_DIR": folder},
        )
    return float(done.stdout.split()[-1]) if done.returncode == 0 else None
