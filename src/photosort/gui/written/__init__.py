"""Stars, colour labels and keywords that other programs wrote: read in the background, shown, and made into labels."""
