-- A case that was joined is answered by the letter and with the files of another one; whoever reads it finds them here.
CREATE TABLE answered_with (
    case_id uuid NOT NULL,
    letter  uuid NOT NULL,
    through uuid NOT NULL,
    PRIMARY KEY (case_id, letter)
);
