"""What photosort knows without a network and without a window: photos, files, the catalog, sorting."""
