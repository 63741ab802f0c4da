"""What happened, for statistics: no personal data, so that it may be kept when conversations are gone."""
