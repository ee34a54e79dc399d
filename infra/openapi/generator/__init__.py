"""Makes the flat description of the API, `infra/openapi.yaml`, of the small files in `infra/openapi`."""
