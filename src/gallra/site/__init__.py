"""What makes Gallra run on a machine: settings, secrets, database, guard, jobs, web."""
