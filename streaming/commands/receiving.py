"""The DICOM storage provider as a process beside the node, with the node's site map."""

import asyncio
import signal
import ssl
from collections.abc import Callable
from functools import partial

from streaming.commands.priors import importer_for, patients_of
from streaming.commands.site_map import with_site_map
from streaming.config import Settings
from streaming.config.settings import Dicom
from streaming.domain.errors import BadInput
from streaming.logs import configure_logs
from streaming.priors.receiver import Listening, Receiver
from streaming.signaling.server import tls_context
from streaming.store.audit import AuditLog
from streaming.store.site_map import SiteMap


def receive_priors(settings: Settings, *, ready: Callable[[str, int], None]) -> None:
    """Until SIGINT or SIGTERM. ``ready`` is told the AE title and the port.

    Raises:
        BadInput: ``dicom.not_configured``, ``tls.unusable``.
        Unavailable: ``dicom.port``.
        StoreError: the site map can't be used.
    """
    dicom = settings.dicom
    if dicom is None:
        raise BadInput(
            "dicom.not_configured",
            "The settings don't say who may send by DICOM",
            fix="add [dicom] with folder and senders; docs/priors.md has an example",
        )
    tls = _tls(dicom)
    configure_logs(verbose=True)
    with_site_map(settings, lambda site_map, audit: _receive(dicom, tls, site_map, audit, ready))


async def _receive(
    dicom: Dicom,
    tls: ssl.SSLContext | None,
    site_map: SiteMap,
    audit: AuditLog,
    ready: Callable[[str, int], None],
) -> None:
    importer = importer_for(dicom.folder, await patients_of(site_map), site_map.uid_key)

    loop = asyncio.get_running_loop()

    def told(sender: str, code: str) -> None:
        event = "prior.refused" if code else "prior.received"
        loop.call_soon_threadsafe(partial(audit.record, event, sender=sender, code=code))

    listening = Listening(
        ae_title=dicom.ae_title, host=dicom.host, port=dicom.port, senders=dicom.senders
    )
    receiver = Receiver(listening, keep=importer.add, told=told)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        port = receiver.start(tls)
        ready(dicom.ae_title, port)
        await stop.wait()
    finally:
        await asyncio.to_thread(receiver.stop)


def _tls(dicom: Dicom) -> ssl.SSLContext | None:
    if dicom.tls is None:
        return None
    context = tls_context(dicom.tls.certificate, dicom.tls.key)
    if dicom.tls.authority is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        try:
            context.load_verify_locations(dicom.tls.authority)
        except (OSError, ssl.SSLError):
            raise BadInput(
                "tls.unusable",
                "The authority's certificate can't be used",
                fix="set dicom.tls.authority to a PEM file",
            ) from None
    return context
