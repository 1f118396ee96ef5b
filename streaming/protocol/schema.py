"""JSON Schema of the WebSocket messages, and the files generated from it.

``python -m streaming.protocol.schema`` prints the schema. ``--write`` brings the generated files
of a source tree up to date, ``--check`` fails when one of them has drifted.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import core_schema

from streaming.protocol.messages import CLIENT_MESSAGE, PROTOCOL_VERSION, SERVER_MESSAGE
from streaming.protocol.typescript import render_typescript

REF_TEMPLATE = "#/$defs/{model}"


class _WireSchema(GenerateJsonSchema):
    """The wire is stricter than the models: ``type`` is never left out by a client, and the node
    sends every field, defaults included."""

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        if self.mode == "serialization":
            return True
        inner: Mapping[str, Any] = field["schema"]
        is_tag = inner.get("schema", {}).get("type") == "literal"
        return is_tag or super().field_is_required(field, total)


def json_schema() -> dict[str, Any]:
    """Both directions as one document; ``ClientMessage`` and ``ServerMessage`` are in ``$defs``."""
    directions: tuple[tuple[str, Any, JsonSchemaMode], ...] = (
        ("ClientMessage", CLIENT_MESSAGE, "validation"),
        ("ServerMessage", SERVER_MESSAGE, "serialization"),
    )
    definitions: dict[str, Any] = {}
    for name, adapter, mode in directions:
        schema = adapter.json_schema(
            mode=mode, schema_generator=_WireSchema, ref_template=REF_TEMPLATE
        )
        definitions |= schema.pop("$defs")
        definitions[name] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sonopair WebSocket messages",
        "x-protocol-version": PROTOCOL_VERSION,
        "oneOf": [
            {"$ref": REF_TEMPLATE.format(model=name)} for name in ("ClientMessage", "ServerMessage")
        ],
        "$defs": definitions,
    }


def generated_files() -> dict[Path, str]:
    """Path in the source tree → content."""
    schema = json_schema()
    return {
        Path("docs/protocol.schema.json"): json.dumps(schema, indent=2) + "\n",
        Path("web-client/src/net/messages.gen.ts"): render_typescript(schema),
    }


def drifted(root: Path) -> list[Path]:
    return [
        path
        for path, content in generated_files().items()
        if not (root / path).is_file() or (root / path).read_text("utf-8") != content
    ]


def write(root: Path) -> list[Path]:
    changed = drifted(root)
    for path in changed:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(generated_files()[path], "utf-8")
    return changed


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m streaming.protocol.schema")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--write", action="store_true", help="update the generated files")
    action.add_argument("--check", action="store_true", help="fail when a generated file drifted")
    parser.add_argument("--root", type=Path, default=Path(), help="the source tree")
    options = parser.parse_args(arguments)
    if options.write:
        for path in write(options.root):
            print(f"wrote {path}")
        return 0
    if options.check:
        stale = drifted(options.root)
        for path in stale:
            print(
                f"{path} has drifted from streaming/protocol/messages.py; "
                "run: python -m streaming.protocol.schema --write",
                file=sys.stderr,
            )
        return 1 if stale else 0
    print(json.dumps(json_schema(), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
