-- What people typed and did not save lies in the vault. Rows from before are moved there at the next start.
ALTER TABLE autosave ALTER COLUMN content DROP NOT NULL;
ALTER TABLE autosave ADD COLUMN item uuid;
ALTER TABLE autosave ADD CONSTRAINT autosave_in_one_place CHECK ((content IS NULL) <> (item IS NULL));
