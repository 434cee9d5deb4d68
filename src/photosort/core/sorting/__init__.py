"""Sorting photos into folders: plan, apply, undo. The only room that moves files."""
