"""A small network that cuts articles out of photos, with the recipe that its training pictures are made by."""
