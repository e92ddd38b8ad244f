"""What a check has baked: tasks like those in `tasks/`, handed to the machinery as files outside that folder."""
