"""Where scanners and PACS send earlier studies to: a DICOM storage provider.

Only listed senders are heard, each by its AE title and its address together, and only ultrasound is
taken. What arrives is in memory alone until it is an object of our own.

Sources: DICOM PS3.4 Annex B (Storage), PS3.7 9.1.1 (C-STORE) and Annex C (statuses), PS3.8 9.3.4
(A-ASSOCIATE-RJ).
"""

import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from pydicom import uid
from pynetdicom import AE, _config, evt
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from streaming.dicom.reading import reading
from streaming.domain.errors import SonopairError, Unavailable
from streaming.priors.dicom_file import prior_of
from streaming.priors.importer import Imported
from streaming.priors.prior import MAX_BYTES, Prior, PriorError, damaged

MAX_ASSOCIATIONS = 4
"""At a time; each may hold one object of ``MAX_BYTES`` in memory."""

NETWORK_TIMEOUT_S = 30
STOP_TIMEOUT_S = 5
"""For each association to let go of its connection."""

ULTRASOUND = (
    "1.2.840.10008.5.1.4.1.1.6",  # US Image, retired
    "1.2.840.10008.5.1.4.1.1.6.1",
    "1.2.840.10008.5.1.4.1.1.3",  # US Multi-frame, retired
    "1.2.840.10008.5.1.4.1.1.3.1",
)
SYNTAXES = (
    uid.ExplicitVRLittleEndian,
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.RLELossless,
    uid.JPEGBaseline8Bit,
    uid.JPEGLosslessSV1,
    uid.JPEGLossless,
    uid.JPEGLSLossless,
    uid.JPEG2000Lossless,
    uid.JPEG2000,
    uid.MPEG2MPML,
    uid.MPEG4HP41,
    uid.MPEG4HP41BD,
)

SUCCESS, OUT_OF_RESOURCES, NOT_ULTRASOUND, UNREADABLE = 0x0000, 0xA700, 0xA900, 0xC000
_NOT_RECOGNISED = (0x01, 0x01, 0x03)
"""Rejected for good, by the service user: the calling AE title isn't recognised."""

_STATUS_OF = {
    "import.not_ultrasound": NOT_ULTRASOUND,
    "import.no_picture": NOT_ULTRASOUND,
    "import.unwritable": OUT_OF_RESOURCES,
    "import.too_large": OUT_OF_RESOURCES,
}

log = structlog.get_logger()

Keep = Callable[[Prior], Imported]
"""Called on the association's own thread; raises ``SonopairError``."""

Told = Callable[[str, str], None]
"""The sender's AE title, and the code of what went wrong, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """``senders`` are addresses by AE title."""

    ae_title: str
    host: str
    port: int
    senders: Mapping[str, str]


class Receiver:
    """Open from ``start`` to ``stop``."""

    def __init__(self, listening: Listening, *, keep: Keep, told: Told) -> None:
        self._listening = listening
        self._keep = keep
        self._told = told
        self._arrived: dict[Any, int] = {}
        self._server: Any = None

    def start(self, tls: ssl.SSLContext | None = None) -> int:
        """The port; 0 takes a free one.

        Raises:
            Unavailable: ``dicom.port``: it can't listen there.
        """
        _be_quiet()
        entity = AE(ae_title=self._listening.ae_title)
        entity.require_called_aet = True
        entity.require_calling_aet = list(self._listening.senders)
        entity.maximum_associations = MAX_ASSOCIATIONS
        entity.network_timeout = entity.dimse_timeout = entity.acse_timeout = NETWORK_TIMEOUT_S
        entity.add_supported_context(Verification)
        for kind in ULTRASOUND:
            entity.add_supported_context(kind, list(SYNTAXES))
        try:
            self._server = entity.start_server(
                (self._listening.host, self._listening.port),
                block=False,
                ssl_context=tls,
                evt_handlers=[
                    (evt.EVT_REQUESTED, self._requested),
                    (evt.EVT_DATA_RECV, self._data_arrived),
                    (evt.EVT_CONN_CLOSE, self._closed),
                    (evt.EVT_C_STORE, self._store),
                ],
            )
        except OSError as error:
            raise Unavailable(
                "dicom.port",
                f"DICOM can't be received there: {error.strerror}",
                fix="choose another dicom.host or dicom.port",
            ) from None
        port: int = self._server.socket.getsockname()[1]
        return port

    def stop(self) -> None:
        """Every association ends now."""
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        associations = server.active_associations
        for association in associations:
            association.abort(block=False)
        for association in associations:
            association.join(STOP_TIMEOUT_S)

    def _requested(self, event: evt.Event) -> None:
        requestor = event.assoc.requestor
        primitive = requestor.primitive
        title = str(primitive.calling_ae_title) if primitive else ""
        if self._listening.senders.get(title) == requestor.address:
            return
        log.warning("sender not listed")
        event.assoc.acse.send_reject(*_NOT_RECOGNISED)
        event.assoc.kill()

    def _data_arrived(self, event: evt.Event) -> None:
        """More than an object may have, before it is whole: the association ends."""
        before = self._arrived.get(event.assoc, 0)
        self._arrived[event.assoc] = before + len(event.data)
        if before <= MAX_BYTES < before + len(event.data):
            log.warning("object too large")
            event.assoc.abort()

    def _closed(self, event: evt.Event) -> None:
        self._arrived.pop(event.assoc, None)

    def _store(self, event: evt.Event) -> int:
        self._arrived[event.assoc] = 0
        sender = str(event.assoc.requestor.ae_title)
        try:
            with reading(damaged):
                dataset = event.dataset
                dataset.file_meta = event.file_meta
            self._keep(prior_of(dataset))
        except PriorError as error:
            self._told(sender, error.code)
            return _STATUS_OF.get(error.code, UNREADABLE)
        except SonopairError as error:
            self._told(sender, error.code)
            return OUT_OF_RESOURCES
        except Exception as error:  # one object's; its words may quote what stands in it
            log.error("object not kept", error=type(error).__name__)
            self._told(sender, "internal")
            return OUT_OF_RESOURCES
        self._told(sender, "")
        return SUCCESS


def _be_quiet() -> None:
    """pynetdicom writes what it is sent into its log: addresses, UIDs and whole data sets."""
    _config.LOG_HANDLER_LEVEL = "none"
    for name in ("pynetdicom", "pydicom"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
