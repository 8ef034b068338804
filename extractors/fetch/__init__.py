"""The web: many feeds and pages at once, each bounded and guarded.

Doors: `door`; `limits` names the bounds, `answers` reads headers.
"""
