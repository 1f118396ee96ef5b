import json
from pathlib import Path
from typing import Any, get_args

import pytest

from streaming.protocol import schema as module
from streaming.protocol.consult_messages import Freeze
from streaming.protocol.messages import CLIENT_MESSAGE, ClientMessage, ServerMessage
from streaming.protocol.schema import drifted, json_schema, main, write
from streaming.protocol.typescript import UnsupportedSchema, render_typescript

ROOT = Path(__file__).parents[2]


def types_of(union: Any) -> set[str]:
    return {model.model_fields["type"].default for model in get_args(get_args(union)[0])}


def test_the_generated_files_are_up_to_date() -> None:
    assert drifted(ROOT) == []


@pytest.mark.parametrize(
    ("name", "union"), [("ClientMessage", ClientMessage), ("ServerMessage", ServerMessage)]
)
def test_the_schema_has_every_message(name: str, union: Any) -> None:
    schema = json_schema()
    assert schema["$defs"][name]["discriminator"]["mapping"].keys() == types_of(union)


def test_every_message_requires_its_type_and_refuses_extra_fields() -> None:
    for name, definition in json_schema()["$defs"].items():
        if "type" in definition.get("properties", {}):
            assert "type" in definition["required"], name
            assert definition["additionalProperties"] is False, name


def test_what_the_node_sends_has_every_field() -> None:
    state = json_schema()["$defs"]["SourceState"]
    assert set(state["required"]) == state["properties"].keys()
    assert state["properties"]["since_ns"]["type"] == "string"


def test_nanoseconds_are_digits_in_both_directions() -> None:
    definitions = json_schema()["$defs"]
    sent, received = definitions["Freeze"], definitions["MediaAnchor"]
    assert sent["properties"]["captured_at_ns"]["type"] == "string"
    assert received["properties"]["captured_at_ns"]["type"] == "string"
    parsed = CLIENT_MESSAGE.validate_json(
        '{"type": "freeze", "id": "freeze-1", "captured_at_ns": "9007199254740993"}'
    )
    assert isinstance(parsed, Freeze) and parsed.captured_at_ns == 2**53 + 1


def test_the_types_tell_messages_apart_and_keep_optional_fields_optional() -> None:
    types = render_typescript(json_schema())
    assert '\ttype: "media.offer";' in types
    assert "\tbehind_ms?: number | null;" in types
    assert "\tparticipants: Participant[];" in types
    assert ": any" not in types and "any[]" not in types


def test_a_construct_without_a_rendering_is_refused() -> None:
    odd = {"type": "object", "properties": {"x": {"patternProperties": {}}}}
    with pytest.raises(UnsupportedSchema):
        render_typescript({"x-protocol-version": 1, "$defs": {"Odd": odd}})


def test_check_fails_on_drift_and_write_repairs_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--write", "--root", str(tmp_path)]) == 0
    assert main(["--check", "--root", str(tmp_path)]) == 0
    stale = tmp_path / "web-client/src/net/messages.gen.ts"
    stale.write_text("// edited by hand\n")
    assert main(["--check", "--root", str(tmp_path)]) == 1
    assert "messages.gen.ts has drifted" in capsys.readouterr().err
    assert write(tmp_path) == [stale.relative_to(tmp_path)]


def test_without_arguments_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert module.main([]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()
