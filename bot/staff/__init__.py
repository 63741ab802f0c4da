"""What staff's pages share: the layout with its menu, the language, what is said to who may not."""
