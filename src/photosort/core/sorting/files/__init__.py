"""The only functions that change files: exclusive, verified, and none of them replaces anything."""
