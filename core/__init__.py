"""LayerLoom without a window: layouts, shapes, code, training. Nothing here knows Qt."""
