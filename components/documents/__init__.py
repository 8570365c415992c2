"""The same content as a file: image, csv, xlsx."""
