-- Who published an edition, and why in a few words; empty for what was published before this was noted.
ALTER TABLE edition ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
ALTER TABLE edition ADD COLUMN why TEXT NOT NULL DEFAULT '';
