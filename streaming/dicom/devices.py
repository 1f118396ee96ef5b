"""The names of scanners that may stay in an object.

A model says nothing of a patient, but the attribute is free text and anything may stand there. So
only names of this list pass, and they are written as they stand here or as the pattern allows.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """``model`` is empty when it isn't a known one of the maker."""

    maker: str
    model: str = ""


@dataclass(frozen=True, slots=True)
class _Maker:
    name: str
    known_as: re.Pattern[str]
    models: re.Pattern[str]


def _maker(name: str, known_as: str, models: str) -> _Maker:
    return _Maker(name, re.compile(known_as, re.IGNORECASE), re.compile(models, re.IGNORECASE))


_MAKERS = (
    _maker(
        "GE Healthcare",
        r"(g\.?e\.? |ge$|general electric|gems)",
        r"(logiq|vivid|voluson|venue|versana|vscan)[ -]?[a-z]{0,2}\d{0,3}( ?(go|fit|expert|pro))?",
    ),
    _maker(
        "Philips",
        r"(philips|atl)\b",
        r"(epiq|affiniti|cx|hd|ie|iu|clearvue|sparq|lumify|xperius)[ -]?\d{0,3}[a-z]{0,2}",
    ),
    _maker(
        "FUJIFILM SonoSite",
        r"(fujifilm )?sonosite\b",
        r"(turbo|m-turbo|edge( ii)?|x-porte|s-nerve|micromaxx|titan|nanomaxx|iviz|sii|px|st|lx)",
    ),
    _maker(
        "Siemens",
        r"(siemens|acuson)\b",
        r"(acuson )?(antares|sequoia|redwood|juniper|freestyle|cypress|[snxp]\d{2,4})",
    ),
    _maker("ALOKA", r"(hitachi[- ]?)?aloka\b", r"(ssd|prosound|arietta)[ -]?[a-z]{0,2}\d{0,4}"),
    _maker("Canon", r"(canon|toshiba)\b", r"(aplio|xario|viamo|tus)[ -]?[a-z]{0,3}\d{0,3}"),
    _maker("Mindray", r"(shenzhen )?mindray\b", r"(dc|m|te|resona|zs|consona)[ -]?\d{0,3}[a-z]?"),
    _maker(
        "Samsung Medison",
        r"(samsung|medison)\b",
        r"(hs|h|rs|ws|hm|pt|accuvix )[ -]?[a-z]?\d{1,3}a?",
    ),
    _maker("Esaote", r"esaote\b", r"mylab ?(\d{1,3}|alpha|six|seven|eight|x\d|omega)"),
    _maker("Chison", r"chison\b", r"(q|ebit|sonobook|eco|xbit)[ -]?\d{0,3}"),
    _maker("Butterfly Network", r"butterfly\b", r"(butterfly )?iq( ?\+|3)?"),
    _maker("Clarius", r"clarius\b", r"(c3|l7|l15|l20|c7|ec7|pa|pal)( ?hd3?)?"),
)


def known_device(maker: str, model: str) -> Device | None:
    """The listed device that a source's own words mean; None when its maker isn't listed."""
    for known in _MAKERS:
        if known.known_as.match(maker.strip()):
            name = model.strip()
            return Device(known.name, name if known.models.fullmatch(name) else "")
    return None
