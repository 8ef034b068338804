"""The web: many feeds and pages at once, each bounded and guarded. Door: `door`; `limits` names the bounds."""
