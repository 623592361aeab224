"""Who may look in an emergency, and who has looked."""
