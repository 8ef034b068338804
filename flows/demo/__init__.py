"""The bundled press and the demo over it. Door: `demo`."""
