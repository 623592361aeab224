"""What `schemas/` says, loaded and checked: `load_rulebook` for work, `check_rules` for authors of rules."""

from healthrec.rulebook.access import AccessRules
from healthrec.rulebook.book import Rulebook, RuleSet, check_rules, load_rulebook
from healthrec.rulebook.problems import Problem

__all__ = ["AccessRules", "Problem", "RuleSet", "Rulebook", "check_rules", "load_rulebook"]
