-- The data folder whose keys this database speaks of: one row, never changed.

CREATE TABLE anky.instance (
  only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  instance_id text NOT NULL,
  bound_at    timestamptz NOT NULL DEFAULT now()
);

GRANT SELECT, INSERT ON anky.instance TO anky_service;
