"""Filing photos by hand: the folders of the left panel, what is dropped on them, and what is learnt from it."""
