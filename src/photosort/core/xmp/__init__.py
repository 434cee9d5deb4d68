"""XMP: what is written of photos in sidecars and inside their files, and how keywords are added to a sidecar.

Source: ISO 16684-1 (XMP, part 1) and the namespaces of the programs that write it.
"""

from photosort.core.xmp.facts import REJECTED, WrittenFacts

__all__ = ["REJECTED", "WrittenFacts"]
