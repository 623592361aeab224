"""Speed, measured and written down: `make bench`. Nothing here is asserted by a test."""
