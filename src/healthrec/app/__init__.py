"""Composition: one FastAPI application that mounts the FHIR interface and the pages, and starts what runs beside them."""

from healthrec.app.application import create_app

__all__ = ["create_app"]
