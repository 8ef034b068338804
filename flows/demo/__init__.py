"""The bundled press and the demo over it. Doors: `demo`; `press`, for the self-test."""
