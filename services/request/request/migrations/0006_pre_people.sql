-- Everybody of a case besides the applicant has a key of their own and can be erased alone: third parties, the people
-- of organs that were asked, and whoever speaks for an applicant (`of_person`), who is with them in every case.
ALTER TABLE third_party
    ADD COLUMN role text NOT NULL DEFAULT 'third-party'
        CHECK (role IN ('third-party', 'co-maker', 'other-organ', 'agent')),
    ADD COLUMN of_person uuid,
    ADD COLUMN consultation uuid UNIQUE,
    ALTER COLUMN case_id DROP NOT NULL,
    ALTER COLUMN item_id DROP NOT NULL;
CREATE INDEX third_party_of_person ON third_party (of_person) WHERE of_person IS NOT NULL;
