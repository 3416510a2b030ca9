-- A person's key signs only on that person's activation: PIN, then documents named by digest, each once.

CREATE TABLE anky.pin_states (
  credential_id uuid PRIMARY KEY,
  hospital_id   uuid NOT NULL,
  -- scrypt$N$r$p$salt$hash
  hash          text NOT NULL,
  -- Wrong PINs in a row.
  failures      integer NOT NULL DEFAULT 0,
  locked_at     timestamptz,
  FOREIGN KEY (hospital_id, credential_id) REFERENCES anky.credentials (hospital_id, id)
);

-- A lock is undone by an administrator and an approver, who are two persons.
CREATE TABLE anky.pin_unlock_approvals (
  credential_id uuid NOT NULL REFERENCES anky.pin_states,
  role          text NOT NULL CHECK (role IN ('administrator', 'approver')),
  hospital_id   uuid NOT NULL,
  api_key_id    uuid NOT NULL,
  person_id     uuid NOT NULL,
  approved_at   timestamptz NOT NULL,
  PRIMARY KEY (credential_id, role),
  UNIQUE (credential_id, person_id),
  FOREIGN KEY (hospital_id, api_key_id) REFERENCES anky.api_keys (hospital_id, id),
  FOREIGN KEY (hospital_id, person_id) REFERENCES anky.persons (hospital_id, id)
);

-- The token handed out is found by its SHA-256; the token itself is kept nowhere.
CREATE TABLE anky.activations (
  id            uuid PRIMARY KEY,
  hospital_id   uuid NOT NULL,
  credential_id uuid NOT NULL,
  token_sha256  text NOT NULL UNIQUE CHECK (token_sha256 ~ '^[0-9a-f]{64}$'),
  created_at    timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  UNIQUE (hospital_id, id),
  FOREIGN KEY (hospital_id, credential_id) REFERENCES anky.credentials (hospital_id, id)
);

CREATE TABLE anky.activation_documents (
  activation_id   uuid NOT NULL,
  document_sha256 text NOT NULL CHECK (document_sha256 ~ '^[0-9a-f]{64}$'),
  hospital_id     uuid NOT NULL,
  used_at         timestamptz,
  PRIMARY KEY (activation_id, document_sha256),
  FOREIGN KEY (hospital_id, activation_id) REFERENCES anky.activations (hospital_id, id)
);

ALTER TABLE anky.pin_states ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE anky.pin_unlock_approvals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE anky.activations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE anky.activation_documents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON anky.pin_states USING (hospital_id = anky.current_hospital());
CREATE POLICY tenant ON anky.pin_unlock_approvals USING (hospital_id = anky.current_hospital());
CREATE POLICY tenant ON anky.activations USING (hospital_id = anky.current_hospital());
CREATE POLICY tenant ON anky.activation_documents USING (hospital_id = anky.current_hospital());

GRANT SELECT, INSERT, UPDATE (failures, locked_at) ON anky.pin_states TO anky_service;
GRANT SELECT, INSERT, DELETE ON anky.pin_unlock_approvals TO anky_service;
GRANT SELECT, INSERT ON anky.activations TO anky_service;
GRANT SELECT, INSERT, UPDATE (used_at) ON anky.activation_documents TO anky_service;
