"""What a kind's ``build`` function hands to the studio."""

from dataclasses import dataclass, field


@dataclass
class Piece:
    """How one piece stands before the camera.

    Lengths are in the units of the model, angles in degrees. ``props`` are
    objects that carry the piece (a bust, a rail): they are lit and rendered but
    do not count when the picture is framed.
    """

    turn: float = 0.0
    pitch: float = 9.0
    fill_height: float = 0.62
    fill_width: float = 0.72
    detail: tuple[float, float, float] | None = None
    detail_span: float = 1.0
    detail_turn: float | None = None
    detail_pitch: float | None = None
    real_height_m: float = 0.2
    props: list = field(default_factory=list)
