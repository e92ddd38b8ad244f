"""The site that `bakeoff report` writes and `bakeoff view` serves: plain HTML that needs nothing but itself."""
