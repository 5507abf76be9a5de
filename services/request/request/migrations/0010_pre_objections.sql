-- What applicants object to and what they were answered; made from the facts, the words lie in the vault.
CREATE TABLE objection (
    id          uuid PRIMARY KEY,
    case_id     uuid NOT NULL,
    about       text NOT NULL CHECK (about IN ('dates', 'fee', 'handling', 'reply')),
    item_id     uuid NOT NULL,
    raised_on   date NOT NULL,
    answer_item uuid,
    answered_on date,
    answered_by uuid
);
CREATE INDEX objection_of_case ON objection (case_id, raised_on);
