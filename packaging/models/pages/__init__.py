"""Pictures of screens and pages of text, painted by rules: what no photo set at hand has."""
