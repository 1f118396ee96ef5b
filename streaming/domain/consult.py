"""The words of a consult: what can be drawn, asked of the probe hand, answered and agreed to."""

from enum import StrEnum


class MarkKind(StrEnum):
    """``ELLIPSE`` has two points, opposite corners of its box; ``ARROW`` tail and head;
    ``CALIPER`` both ends; ``LABEL`` one point and a text; ``PEN`` a stroke."""

    PEN = "pen"
    ARROW = "arrow"
    ELLIPSE = "ellipse"
    LABEL = "label"
    CALIPER = "caliper"


class ProbeMove(StrEnum):
    """Transducer manoeuvres. Source: AIUM, Transducer Manipulation for Echocardiography and
    General Ultrasound (slide, rock, sweep, fan, rotate, compress)."""

    SLIDE = "slide"
    ROCK = "rock"
    SWEEP = "sweep"
    FAN = "fan"
    ROTATE = "rotate"
    COMPRESS = "compress"


class ProbeDirection(StrEnum):
    """Left and right are the patient's; those of a screen depend on who looks. The marker is the
    transducer's own. ``ROCK`` and ``FAN`` tilt: the handle goes there, and the beam the other way.
    """

    TOWARD_MARKER = "toward_marker"
    AWAY_FROM_MARKER = "away_from_marker"
    TOWARD_HEAD = "toward_head"
    TOWARD_FEET = "toward_feet"
    TOWARD_PATIENTS_RIGHT = "toward_patients_right"
    TOWARD_PATIENTS_LEFT = "toward_patients_left"
    CLOCKWISE = "clockwise"
    COUNTERCLOCKWISE = "counterclockwise"
    MORE = "more"
    LESS = "less"


_ALONG = (ProbeDirection.TOWARD_MARKER, ProbeDirection.AWAY_FROM_MARKER)
_BODY = (ProbeDirection.TOWARD_HEAD, ProbeDirection.TOWARD_FEET)
_SIDES = (ProbeDirection.TOWARD_PATIENTS_RIGHT, ProbeDirection.TOWARD_PATIENTS_LEFT)

DIRECTIONS: dict[ProbeMove, tuple[ProbeDirection, ...]] = {
    ProbeMove.SLIDE: _ALONG + _BODY,
    ProbeMove.ROCK: _ALONG,
    ProbeMove.SWEEP: _BODY + _SIDES,
    ProbeMove.FAN: _BODY + _SIDES,
    ProbeMove.ROTATE: (ProbeDirection.CLOCKWISE, ProbeDirection.COUNTERCLOCKWISE),
    ProbeMove.COMPRESS: (ProbeDirection.MORE, ProbeDirection.LESS),
}
"""Which directions make sense for which move; any other pair is refused."""


class ProbeAmount(StrEnum):
    A_LITTLE = "a_little"
    MODERATE = "moderate"
    A_LOT = "a_lot"


class ProbeAnswer(StrEnum):
    SEEN = "seen"
    DONE = "done"
    CANNOT = "cannot"


class ConsentBasis(StrEnum):
    """``TREATMENT``: the patient is unable to consent; the basis is treatment, and it is reviewed
    within 24 hours."""

    PATIENT = "patient"
    REPRESENTATIVE = "representative"
    TREATMENT = "treatment"
