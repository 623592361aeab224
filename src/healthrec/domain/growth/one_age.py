"""The same child at two visits, seen by one age."""

from __future__ import annotations

from dataclasses import replace

from healthrec.domain.growth.rules import GrowthRules

_WHOLE_CHILDHOOD = 1_200
"""Months that no child reaches."""


def by_one_age(rules: GrowthRules) -> GrowthRules:
    """The rules with an age correction that does not end.

    Where it ends the z-score of a child born early falls from one day to the next though nothing happened to the child,
    so change is never read across that edge. Our rule.
    """
    unending = replace(rules.correction, limit_months=_WHOLE_CHILDHOOD, very_preterm_limit_months=_WHOLE_CHILDHOOD)
    return replace(rules, correction=unending)
