"""Prints every stored result against its targets: `make figures`."""

import json
import sys

from benchmarks.report import RESULTS, table


def main() -> int:
    """Exit status 1 when there is nothing to print."""
    paths = sorted(RESULTS.glob("*.json"))
    if not paths:
        print("no results yet: make bench", file=sys.stderr)
        return 1
    for path in paths:
        content = json.loads(path.read_text())
        print(f"{content['name']}: {content['command']} at {content['commit']}, {content['date']}")
        for remark in content["remarks"]:
            print(f"  {remark}")
        _print_columns(table(content["figures"]))
        targets = [figure["holds"] for figure in content["figures"] if figure["holds"] is not None]
        print(f"{targets.count(True)} of {len(targets)} targets hold\n")
    return 0


def _print_columns(rows: list[str]) -> None:
    cells = [[cell.strip().strip("*") for cell in row.strip("| ").split("|")] for row in rows]
    del cells[1]
    columns = len(cells[0])
    cells = [row + [""] * (columns - len(row)) for row in cells]
    widths = [max(len(row[column]) for row in cells) for column in range(columns)]
    for row in cells:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))


if __name__ == "__main__":
    sys.exit(main())
