"""The web: many feeds or pages at once, each bounded and guarded. Door: `door`; `limits` names the bounds."""
