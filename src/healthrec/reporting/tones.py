"""Colours of printed pages. They differ in lightness, so that a photocopy says the same."""

TEXT, MUTED, ACCENT, RULE, WARM, PAPER = "#24333a", "#5a6a70", "#0b4f6c", "#c9d3d5", "#fbf4e4", "#ffffff"
