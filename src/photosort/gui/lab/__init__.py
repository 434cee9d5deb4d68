"""The Lab: one page for those who want the machinery: networks, devices, classifiers."""
