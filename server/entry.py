"""Where the `jinsheng` command begins: all is loaded without looks for garbage, of which there is none."""

import gc


def main() -> None:
    """Run it; what is loaded stays, so later looks leave it alone."""
    gc.disable()
    from server import cli  # noqa: PLC0415 -- this is what takes the time

    gc.freeze()
    gc.enable()
    cli.main()
