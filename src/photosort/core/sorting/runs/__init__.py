"""Doing what was planned, and undoing it: one engine that reads each file's side off the disk."""
