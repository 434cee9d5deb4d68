"""The sample album: pictures that NumPy and Pillow paint, so that anybody may show and ship them."""
