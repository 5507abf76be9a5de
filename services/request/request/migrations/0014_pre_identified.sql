-- Whoever applied without a proof of identity and shows it with a correction is who they were before: the key under
-- which their first papers lie goes with their own, and the second factor of their code is another from then on.
ALTER TABLE third_party DROP CONSTRAINT third_party_role_check;
ALTER TABLE third_party ADD CONSTRAINT third_party_role_check
    CHECK (role IN ('third-party', 'co-maker', 'other-organ', 'agent', 'same-person'));
ALTER TABLE query_code ADD COLUMN case_factor bytea;
