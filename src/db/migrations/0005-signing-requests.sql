-- Signatures whose value is made elsewhere: prepared here, completed once.

CREATE TABLE anky.signing_requests (
  id             uuid PRIMARY KEY,
  hospital_id    uuid NOT NULL,
  api_key_id     uuid NOT NULL,
  prepared       text NOT NULL,
  document_file  text NOT NULL,
  content_type   text NOT NULL,
  created_at     timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  -- What completed it; all null before.
  completed_with text CHECK (completed_with ~ '^[0-9a-f]{64}$'),
  appended       bytea,
  signature_id   uuid REFERENCES anky.signatures,
  CHECK (num_nulls(completed_with, appended, signature_id) IN (0, 3)),
  FOREIGN KEY (hospital_id, api_key_id) REFERENCES anky.api_keys (hospital_id, id)
);

CREATE INDEX signing_requests_expiry ON anky.signing_requests (expires_at);

ALTER TABLE anky.signing_requests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON anky.signing_requests USING (hospital_id = anky.current_hospital());
CREATE POLICY housekeeping_sees ON anky.signing_requests FOR SELECT USING (anky.is_housekeeping());
CREATE POLICY housekeeping_deletes ON anky.signing_requests FOR DELETE USING (anky.is_housekeeping());

GRANT SELECT, INSERT, DELETE, UPDATE (completed_with, appended, signature_id) ON anky.signing_requests TO anky_service;
