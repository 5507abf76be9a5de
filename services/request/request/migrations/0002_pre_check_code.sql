-- The code printed on a letter, by which anybody who holds it can compare it with what was frozen.
ALTER TABLE letter_file ADD COLUMN check_code text NOT NULL DEFAULT '';
