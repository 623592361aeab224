"""The pure core: facts and rules in, findings out. No clock, no files, no settings."""
