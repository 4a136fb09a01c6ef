// Keys for moderating.
