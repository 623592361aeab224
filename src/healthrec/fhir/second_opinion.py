"""What the R4B model of fhir.resources says of a resource that our own walk found nothing wrong with.

Nearly every resource is answered by its quick form: the model's own fields, compiled without the checks in Python that
the walk has made already (choices, required elements, nulls in lists). What the quick form does not know or does not take
goes to the model itself, so that nothing is accepted which the model would refuse, and every refusal is the model's.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Annotated, Any

from healthrec.errors import Issue
from healthrec.fhir.shape import RESOURCE, Element, model, shape


def second_opinion(resource: Mapping[str, Any], name: str) -> list[Issue]:
    """What the model refuses; the resource must have passed the walk."""
    from pydantic import ValidationError

    try:
        _quick_form(name).validate_python(resource)
    except ValidationError:
        return of_model(resource, name)
    return []


def of_model(resource: Mapping[str, Any], name: str) -> list[Issue]:
    """The same from the model alone."""
    from pydantic import ValidationError

    try:
        model(name).model_validate(resource)
    except ValidationError as error:
        return [
            Issue("structure", "fhir.model-refused", _path(name, problem["loc"]), {"found": problem["type"]})
            for problem in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    return []


@cache
def _quick_form(name: str) -> Any:
    """Validator of a resource or datatype. Elements with extensions of their own (_birthDate) and resources inside it are
    left out, and refused as unknown."""
    from pydantic_core import SchemaValidator, core_schema

    fields = model(name).model_fields.values()
    by_name = {field.alias: field for field in fields}
    known = {
        element.name: core_schema.typed_dict_field(_schema(element, by_name[element.name]), required=element.required)
        for element in shape(name).elements.values()
        if element.kind != RESOURCE
    }
    known["resourceType"] = core_schema.typed_dict_field(core_schema.literal_schema([name]), required=False)
    return SchemaValidator(core_schema.typed_dict_schema(known, extra_behavior="forbid"))


def _schema(element: Element, field: Any) -> Any:
    from pydantic_core import core_schema

    if element.primitive:
        return _of_primitive(field.annotation, tuple(field.metadata))
    kind = element.kind
    one = core_schema.no_info_plain_validator_function(lambda value: _quick_form(kind).validate_python(value))
    return core_schema.list_schema(one) if element.many else one


@lru_cache(maxsize=512)
def _of_primitive(annotation: Any, metadata: tuple[Any, ...]) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Annotated[(annotation, *metadata)] if metadata else annotation).core_schema


def _path(name: str, location: tuple[int | str, ...]) -> str:
    """A FHIR path from a pydantic location: ('component', 0, 'code') is Observation.component[0].code."""
    return name + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
