"""Page values to PDF bytes. Knows neither FHIR nor SQL: what is printed was decided before."""
