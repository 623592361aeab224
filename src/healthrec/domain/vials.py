"""Vials that a session needs: what is opened is used the same day, so each session rounds up by itself. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PerVial:
    """How many doses one vial gives. `chosen`: the organisation says so for its own product; not `sure`: nobody compared the
    number with a source."""

    doses: int
    chosen: bool
    sure: bool

    def needed_for(self, doses: int) -> int:
        """Vials for so many doses.

        >>> PerVial(5, chosen=False, sure=False).needed_for(6)
        2
        """
        return -(-doses // self.doses)
