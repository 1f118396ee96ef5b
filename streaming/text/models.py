"""The two networks and what runs them: onnxruntime, and the model files of the wheel ``rapidocr``.

Only files are taken from that wheel, nothing of it is imported. Both are optional: without them
the picture is masked as ever, and what needs the finder says so.
"""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from streaming.domain.errors import Unavailable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


@dataclass(frozen=True, slots=True)
class Model:
    file: str
    sha256: str


DETECTION = Model(
    "PP-OCRv6_det_small.onnx",
    "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
)
RECOGNITION = Model(
    "PP-OCRv6_rec_small.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)


class FinderUnavailable(Unavailable):
    """Text can't be looked for on this machine: ``text.not_installed``, ``text.model_changed``."""


def missing() -> str:
    """What the finder lacks on this machine, empty when it has everything. Nothing is loaded."""
    lacking = [name for name in ("onnxruntime", "rapidocr") if find_spec(name) is None]
    return " and ".join(lacking)


def open_model(model: Model) -> "InferenceSession":
    """One thread, and no arena: memory is given back after each picture.

    Raises:
        FinderUnavailable: it isn't installed, or the file isn't the one that was measured.
    """
    if lacking := missing():
        raise FinderUnavailable(
            "text.not_installed",
            f"text can't be looked for: {lacking} isn't installed",
            fix="run `make setup`, or install the extra `text`; docs/privacy.md says more",
        )
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        _content(model), options, providers=["CPUExecutionProvider"]
    )


def _content(model: Model) -> bytes:
    spec = find_spec("rapidocr")
    places = list(spec.submodule_search_locations or []) if spec else []
    path = next(
        (path for place in places if (path := Path(place, "models", model.file)).exists()), None
    )
    content = path.read_bytes() if path else b""
    if hashlib.sha256(content).hexdigest() != model.sha256:
        raise FinderUnavailable(
            "text.model_changed",
            f"{model.file} isn't the model this release was measured with",
            fix="install rapidocr in the version that requirements.lock names",
        )
    return content
