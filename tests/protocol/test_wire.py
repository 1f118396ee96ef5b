import pytest
from pydantic import BaseModel, ValidationError

from streaming.protocol.wire import PlainText


class Written(BaseModel):
    text: PlainText


PERSIAN_WITH_A_NON_JOINER = "\u0645\u06cc\u200c\u062e\u0648"
DOCTOR_EMOJI = "\U0001f469\u200d\u2695\ufe0f"


@pytest.mark.parametrize(
    "text", ["", "Dr. Ito", "伊藤\u3000健", "x\u0301", PERSIAN_WITH_A_NON_JOINER, DOCTOR_EMOJI]
)
def test_people_write_in_their_own_script(text: str) -> None:
    assert Written(text=text).text == text


@pytest.mark.parametrize("sign", ["\n", "\x7f", "\x85", "\u200b", "\u202e", "\u2066", "\u2028"])
def test_what_cannot_be_seen_or_turns_text_around_is_refused(sign: str) -> None:
    with pytest.raises(ValidationError):
        Written(text=f"Dr. {sign}Ito")
