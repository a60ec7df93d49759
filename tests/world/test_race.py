"""`bin/demo race` tells what it saw, and ends well only where the guard held and its absence was felt."""

import asyncio
import os
import re
import sys


async def test_the_race_is_told_in_plain_lines() -> None:
    """Away from a terminal: every order a line, and a verdict of both races."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "enfilade.demo", "race", "--buyers", "12"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(os.environ),
    )
    out, _ = await process.communicate()
    said = out.decode()
    assert process.returncode == 0, said
    with_guard, without = said.split("Without it")
    assert len(re.findall(r"buyer \d+: order", with_guard)) == 1
    assert "told: sold out" in with_guard
    assert len(re.findall(r"buyer \d+: order", without)) > 1
    assert "with the guard: 1 order for one piece, 11 told it is sold out, 0 disagreements" in said
    found = re.search(r"without: (\d+) orders for one piece", said)
    assert found is not None and int(found.group(1)) > 1
