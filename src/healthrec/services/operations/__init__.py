"""What the operator of an installation does: rebuild, back up, restore, bring in, hand out, verify."""
