"""Prints a command that README.md gives, so that CI runs what a reader is told to run.

    python .ci/readme_command.py run

The block is the fenced one after the comment <!-- ci: run -->.
"""

import re
import sys
from pathlib import Path


def readme_command(readme: str, name: str) -> str:
    """The shell text of the block with that name. Raises ValueError unless there is exactly one."""
    blocks = re.findall(rf"^<!-- ci: {re.escape(name)} -->\n+```sh\n(.*?)^```$", readme, re.M | re.S)
    if len(blocks) != 1:
        raise ValueError(f"README.md has {len(blocks)} blocks marked <!-- ci: {name} -->, not one")
    return str(blocks[0])


if __name__ == "__main__":
    path = Path(__file__).parent.parent / "README.md"
    sys.stdout.write(readme_command(path.read_text(encoding="utf-8"), sys.argv[1]))
