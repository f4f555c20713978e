"""Writes docs/process.md and the README's picture from the table of the process."""

import sys

from translations import say
from workflow.process import MOVES, Move
from workflow.vocabulary import ENDS, Stage


def page() -> str:
    """The page about the process: the picture, then every move with what must be true for it."""
    return "\n".join(
        [
            "# The process",
            "",
            "Generated from `workflow/process.py` by `make process`; a test compares the two.",
            "",
            picture(),
            "",
            "| from | trigger | to | what must be true |",
            "|---|---|---|---|",
            *(_row(move) for move in MOVES),
            "",
        ]
    )


def picture(present: Stage | None = None) -> str:
    """The process as a Mermaid diagram with labels in both languages; `present` is marked."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{_label(stage)}" as {stage.value}' for stage in Stage]
    lines.append(f"    [*] --> {Stage.DRAFT.value}")
    for source, to, triggers in _arrows():
        lines.append(f"    {source.value} --> {to.value}: {', '.join(triggers)}")
    lines += [f"    {stage.value} --> [*]" for stage in Stage if stage in ENDS]
    if present is not None:
        lines += ["    classDef present stroke-width:4px", f"    class {present.value} present"]
    return "\n".join([*lines, "```"])


def _arrows() -> list[tuple[Stage, Stage, list[str]]]:
    found: dict[tuple[Stage, Stage], list[str]] = {}
    for move in MOVES:
        for source in move.sources:
            found.setdefault((source, move.to), []).append(move.trigger.value)
    return [(source, to, triggers) for (source, to), triggers in found.items()]


def _row(move: Move) -> str:
    sources = ", ".join(stage.value for stage in move.sources)
    guards = "; ".join(guard.value.replace("_", " ") for guard in move.guards) or "—"
    return f"| {sources} | `{move.trigger}` | {move.to} | {guards} |"


def _label(stage: Stage) -> str:
    words = f"{say(f'stage.{stage}', 'en')} {say(f'stage.{stage}', 'zh_Hans')}"
    return words.replace('"', "'")


if __name__ == "__main__":
    sys.stdout.write(page())
