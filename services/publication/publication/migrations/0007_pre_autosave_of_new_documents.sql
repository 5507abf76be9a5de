-- What is typed into a document that is not there yet is kept under the person's own id.
ALTER TABLE autosave DROP CONSTRAINT autosave_document_id_fkey;
