"""Things that happen by themselves: a job is a row in the transaction that wants it, done once, by whichever worker."""
