-- Certificates, CRLs and OCSP answers as they were fetched: public data of no hospital, each stored once by its digest.

CREATE TABLE anky.evidence (
  sha256  text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  kind    text NOT NULL CHECK (kind IN ('issuers', 'crl', 'ocsp')),
  -- DER; several certificates one after the other.
  bytes   bytea NOT NULL,
  -- When it was fetched last. What nothing refers to any more is removed a while after that.
  seen_at timestamptz NOT NULL
);

CREATE INDEX evidence_seen ON anky.evidence (seen_at);

-- What an address answered last, to an OCSP request about the certificates that `id` stands for.
CREATE TABLE anky.evidence_places (
  kind        text NOT NULL CHECK (kind IN ('issuers', 'crl', 'ocsp')),
  url         text NOT NULL CHECK (length(url) <= 2048),
  id          text NOT NULL CHECK (length(id) <= 64),
  sha256      text NOT NULL REFERENCES anky.evidence,
  fetched_at  timestamptz NOT NULL,
  this_update timestamptz,
  next_update timestamptz,
  PRIMARY KEY (kind, url, id)
);

CREATE INDEX evidence_places_sha256 ON anky.evidence_places (sha256);
CREATE INDEX evidence_places_fetched ON anky.evidence_places (fetched_at);

-- Where in a large CRL each serial number stands; made again where it is missing.
CREATE TABLE anky.serial_indexes (
  crl_sha256 text PRIMARY KEY CHECK (crl_sha256 ~ '^[0-9a-f]{64}$'),
  bytes      bytea NOT NULL,
  stored_at  timestamptz NOT NULL
);

-- How the certificates behind a signature stood when it was made, and by what that was found; null before this migration.
ALTER TABLE anky.signatures ADD COLUMN revocation jsonb;
ALTER TABLE anky.signatures ADD UNIQUE (hospital_id, id);

-- The evidence that a signature was released on: kept for as long as the signature's row.
CREATE TABLE anky.signature_evidence (
  hospital_id     uuid NOT NULL,
  signature_id    uuid NOT NULL,
  evidence_sha256 text NOT NULL REFERENCES anky.evidence,
  PRIMARY KEY (signature_id, evidence_sha256),
  FOREIGN KEY (hospital_id, signature_id) REFERENCES anky.signatures (hospital_id, id)
);

CREATE INDEX signature_evidence_sha256 ON anky.signature_evidence (evidence_sha256);

ALTER TABLE anky.signature_evidence ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON anky.signature_evidence USING (hospital_id = anky.current_hospital());
-- To find what is referred to no more.
CREATE POLICY housekeeping ON anky.signature_evidence FOR SELECT USING (anky.is_housekeeping());

GRANT SELECT, INSERT, DELETE, UPDATE (seen_at) ON anky.evidence TO anky_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON anky.evidence_places TO anky_service;
GRANT SELECT, INSERT, DELETE, UPDATE (stored_at) ON anky.serial_indexes TO anky_service;
GRANT SELECT, INSERT ON anky.signature_evidence TO anky_service;
