"""A quick yes: the classes of fhir.resources, compiled to a schema that accepts the usual resource in one go.

It knows less than those classes (no primitive extensions, no contained resources, no partial dates, nothing
that turns the meaning) and is never more lenient: what it does not accept is put before the class itself,
which decides and says why.
"""

from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import CoreSchema, SchemaValidator, core_schema

_TEXT = core_schema.str_schema(strict=True, pattern=r"^[ \r\n\t\S]+$", max_length=1_000_000)
_URI = core_schema.str_schema(strict=True, pattern=r"^\S+$")
_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)"
_MOMENT = core_schema.chain_schema(
    [
        core_schema.str_schema(strict=True, pattern=f"^{_DAY}{_CLOCK}$"),
        core_schema.datetime_schema(tz_constraint="aware"),
    ]
)
_DATE = core_schema.chain_schema(
    [core_schema.str_schema(strict=True, pattern=f"^{_DAY}$"), core_schema.date_schema()]
)
_SIMPLE: dict[str, CoreSchema] = {
    "Id": core_schema.str_schema(strict=True, pattern=r"^[A-Za-z0-9\-.]{1,64}$"),
    "Code": core_schema.str_schema(strict=True, pattern=r"^[^\s]+( [^\s]+)*$"),
    "String": _TEXT,
    "Markdown": _TEXT,
    "Xhtml": _TEXT,
    "Uri": _URI,
    "Canonical": _URI,
    "Instant": _MOMENT,
    "DateTime": core_schema.union_schema([_MOMENT, _DATE], mode="left_to_right"),
    "Date": _DATE,
    "Decimal": core_schema.float_schema(strict=True, allow_inf_nan=False),
}
TURNS = "modifierExtension"
"""What may turn the meaning of all that it stands in: not done, or meant for somebody else."""
_WHOLE = ("Integer", "UnsignedInt", "PositiveInt")


@lru_cache(maxsize=64)
def compiled(kind: str) -> SchemaValidator:
    """The quick check of a type of resource."""
    schemas: dict[str, CoreSchema] = {}
    _define(kind, schemas, top=True)
    reference = core_schema.definition_reference_schema(kind)
    return SchemaValidator(core_schema.definitions_schema(reference, list(schemas.values())))


def _define(kind: str, schemas: dict[str, CoreSchema], *, top: bool = False) -> CoreSchema:
    """A reference to the schema of a type, which is made on first use."""
    if kind not in schemas:
        schemas[kind] = core_schema.any_schema()  # so that a type that holds itself ends
        schemas[kind] = _object(kind, schemas, top=top)
    return core_schema.definition_reference_schema(kind)


def _object(kind: str, schemas: dict[str, CoreSchema], *, top: bool) -> CoreSchema:
    from fhir.resources.R4B import get_fhir_model_class

    model: type[BaseModel] = get_fhir_model_class(kind)
    fields: dict[str, core_schema.TypedDictField] = {}
    choices: dict[str, set[str]] = {}
    for name, field in model.model_fields.items():
        schema = _field(field.annotation, schemas)
        if schema is None:
            continue
        key, extra = field.alias or name, field.json_schema_extra
        if key == TURNS:
            continue
        told = extra if isinstance(extra, dict) else {}
        required = field.is_required() or bool(told.get("element_required"))
        fields[key] = core_schema.typed_dict_field(schema, required=required)
        if told.get("one_of_many"):
            group = str(told["one_of_many"]) + ("!" if told.get("one_of_many_required") else "")
            choices.setdefault(group, set()).add(key)
    if top:
        fields["resourceType"] = core_schema.typed_dict_field(core_schema.literal_schema([kind]))
    plain = core_schema.typed_dict_schema(fields, extra_behavior="forbid", total=False)
    return {**_one_of(choices, plain), "ref": kind}


def _one_of(choices: dict[str, set[str]], plain: CoreSchema) -> CoreSchema:
    if not choices:
        return plain

    def check(value: dict[str, Any]) -> dict[str, Any]:
        for group, names in choices.items():
            count = len(names & value.keys())
            if count > 1 or (count == 0 and group.endswith("!")):
                raise ValueError(group)
        return value

    return core_schema.no_info_after_validator_function(check, plain)


def _field(annotation: Any, schemas: dict[str, CoreSchema]) -> CoreSchema | None:
    """The schema of a field; None where only the class knows."""
    if get_origin(annotation) in (Union, UnionType):
        given = [part for part in get_args(annotation) if part is not type(None)]
        return _field(given[0], schemas) if len(given) == 1 else None
    if get_origin(annotation) is list:
        inner = _field(get_args(annotation)[0], schemas)
        return None if inner is None else core_schema.list_schema(inner, strict=True, min_length=1)
    if get_origin(annotation) is Annotated:
        return _simple(get_args(annotation)[1])
    if annotation is bool:
        return core_schema.bool_schema(strict=True)
    kind = str(getattr(annotation, "_model_klass", "")).rpartition(".")[2]
    if not kind or kind in ("Resource", "FHIRPrimitiveExtension"):
        return None
    return _define(kind, schemas)


def _simple(constraint: Any) -> CoreSchema | None:
    name = type(constraint).__name__
    if name in _WHOLE:
        return core_schema.int_schema(strict=True, ge=constraint.min_length, le=constraint.max_length)
    return _SIMPLE.get(name)
