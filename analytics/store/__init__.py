"""The workspace: versions, settings, engines, jobs."""
