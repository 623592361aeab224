"""FHIR R4 documents as plain dicts: parsing, checking, search rows, forms and facts. Pure: no I/O, no clock, no SQL.

The only room that imports fhir.resources; it does so at the first use of a type, never at import.
"""
