-- A migration whose tables must be filled from facts that are there already says so here, and why. The service makes its
-- read models again before it answers anybody, once: `gongkai.runtime.rebuilds`.
CREATE TABLE rebuild_wanted (
    what  text        PRIMARY KEY,
    why   text        NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);
