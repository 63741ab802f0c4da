"""The knowledge base at run time: rows that the folder was read into and is written from."""
