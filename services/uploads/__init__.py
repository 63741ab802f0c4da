"""Files that citizens attach: checked, kept under random names, deleted after a day."""
