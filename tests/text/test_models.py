import subprocess
import sys
from dataclasses import replace

import pytest

from streaming.text import models
from streaming.text.models import DETECTION, FinderUnavailable, missing, open_model


def test_nothing_is_missing_where_the_extra_is_installed() -> None:
    assert missing() == ""


def test_without_its_packages_the_finder_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "find_spec", lambda name: None)
    assert missing() == "onnxruntime and rapidocr"
    with pytest.raises(FinderUnavailable) as caught:
        open_model(DETECTION)
    assert caught.value.code == "text.not_installed" and caught.value.fix


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"file": "other.onnx"}])
def test_another_model_than_the_measured_one_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(FinderUnavailable) as caught:
        open_model(replace(DETECTION, **change))
    assert caught.value.code == "text.model_changed"


def test_only_the_files_of_rapidocr_are_used() -> None:
    """Its code would bring a second OpenCV, among others."""
    script = (
        "import sys; from streaming.text.detector import Detector; Detector(); "
        "sys.exit('rapidocr' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
