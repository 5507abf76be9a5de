-- Why somebody gave a parked event up.
ALTER TABLE quarantine ADD COLUMN settled_why text NOT NULL DEFAULT '';
