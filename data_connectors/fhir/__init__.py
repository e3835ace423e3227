"""FHIR R4: searching, validating and flattening resources, apart from where they come from."""
