"""Words: Chinese sentences with their English, messages by key, terms by code, and how dates and numbers are written.

Public: `translator`, `Translator`, `Language`, `LANGUAGES`, `preferred_language`.
"""

from healthrec.wording.translator import LANGUAGES, Language, Translator, preferred_language, translator

__all__ = ["LANGUAGES", "Language", "Translator", "preferred_language", "translator"]
