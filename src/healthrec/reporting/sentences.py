"""A report's fixed sentences, one YAML file for each language under ``reports/<report>/``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import yaml

from healthrec.settings import reports_dir


@cache
def sentences(report: str, language: str) -> Mapping[str, str]:
    """Key → sentence, some with {places}; Chinese where `language` is neither ``zh`` nor ``en``."""
    file = reports_dir() / report / ("en.yaml" if language.lower().startswith("en") else "zh.yaml")
    return MappingProxyType(yaml.safe_load(file.read_text(encoding="utf-8")))
