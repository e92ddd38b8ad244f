"""The comparison as one Markdown article with pictures, to publish on a blog or to send to a team."""
