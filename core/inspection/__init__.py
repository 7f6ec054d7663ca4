"""A tensor or a module becomes what a view draws."""
