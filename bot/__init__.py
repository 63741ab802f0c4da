"""What talks: the conversation, the channels it travels by, the pages, the API and the command line."""
