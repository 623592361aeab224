"""Hashing, signing and encryption. Pure: keys, passphrases and moments are arguments; only randomness comes from outside."""
