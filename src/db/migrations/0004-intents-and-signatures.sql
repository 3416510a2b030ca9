-- An intent is committed before a key is used; it ends done, with its signature, or void.

CREATE TABLE anky.intents (
  id              uuid PRIMARY KEY,
  hospital_id     uuid NOT NULL,
  credential_id   uuid NOT NULL,
  api_key_id      uuid NOT NULL,
  request_id      text NOT NULL,
  format          text NOT NULL CHECK (format IN ('pades', 'cades')),
  level           text NOT NULL,
  document_sha256 text NOT NULL CHECK (document_sha256 ~ '^[0-9a-f]{64}$'),
  document_length bigint NOT NULL CHECK (document_length >= 0),
  state           text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'void')),
  created_at      timestamptz NOT NULL,
  finished_at     timestamptz,
  CHECK ((state = 'running') = (finished_at IS NULL)),
  UNIQUE (hospital_id, id),
  FOREIGN KEY (hospital_id, credential_id) REFERENCES anky.credentials (hospital_id, id),
  FOREIGN KEY (hospital_id, api_key_id) REFERENCES anky.api_keys (hospital_id, id)
);

CREATE INDEX intents_running ON anky.intents (created_at) WHERE state = 'running';

-- Metadata, digests and the CMS of what was released; never the document. One for an intent or signing request.
CREATE TABLE anky.signatures (
  id                 uuid PRIMARY KEY,
  hospital_id        uuid NOT NULL REFERENCES anky.hospitals,
  intent_id          uuid UNIQUE,
  -- Signing requests are removed some time after they lapse; what was signed stays.
  signing_request_id uuid UNIQUE,
  credential_id      uuid,
  format             text NOT NULL CHECK (format IN ('pades', 'cades')),
  level              text NOT NULL,
  algorithm          jsonb NOT NULL,
  conformity         text NOT NULL CHECK (conformity IN ('tt15', 'outside')),
  environment        text NOT NULL CHECK (environment IN ('evaluation', 'production')),
  key_provider       text NOT NULL CHECK (key_provider IN ('pkcs11', 'file', 'external')),
  document_sha256    text NOT NULL CHECK (document_sha256 ~ '^[0-9a-f]{64}$'),
  document_length    bigint NOT NULL CHECK (document_length >= 0),
  result_sha256      text NOT NULL CHECK (result_sha256 ~ '^[0-9a-f]{64}$'),
  certificate_sha256 text NOT NULL CHECK (certificate_sha256 ~ '^[0-9a-f]{64}$'),
  warnings           jsonb NOT NULL CHECK (jsonb_typeof(warnings) = 'array'),
  timestamp_time     timestamptz,
  created_at         timestamptz NOT NULL,
  cms                bytea NOT NULL,
  CHECK ((intent_id IS NULL) <> (signing_request_id IS NULL)),
  FOREIGN KEY (hospital_id, intent_id) REFERENCES anky.intents (hospital_id, id),
  FOREIGN KEY (hospital_id, credential_id) REFERENCES anky.credentials (hospital_id, id)
);

-- Requests that create, by the key their caller gave them, and what was answered.
CREATE TABLE anky.idempotent_requests (
  hospital_id                 uuid NOT NULL,
  api_key_id                  uuid NOT NULL,
  key                         text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  fingerprint                 text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
  intent_id                   uuid,
  started_at                  timestamptz NOT NULL,
  expires_at                  timestamptz NOT NULL,
  -- The answer; all null while the request is running.
  answer_status               integer,
  answer_headers              jsonb,
  answer_body                 bytea,
  answer_prefixed_by_document boolean,
  PRIMARY KEY (hospital_id, api_key_id, key),
  CHECK (num_nulls(answer_status, answer_headers, answer_body, answer_prefixed_by_document) IN (0, 4)),
  FOREIGN KEY (hospital_id, api_key_id) REFERENCES anky.api_keys (hospital_id, id),
  -- Deferred: the request is registered before its intent, to find out whether it is new.
  FOREIGN KEY (hospital_id, intent_id) REFERENCES anky.intents (hospital_id, id) DEFERRABLE INITIALLY DEFERRED
);

CREATE INDEX idempotent_requests_intent ON anky.idempotent_requests (intent_id);
CREATE INDEX idempotent_requests_expiry ON anky.idempotent_requests (expires_at);

ALTER TABLE anky.intents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE anky.signatures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE anky.idempotent_requests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON anky.intents USING (hospital_id = anky.current_hospital());
CREATE POLICY tenant ON anky.signatures USING (hospital_id = anky.current_hospital());
CREATE POLICY tenant ON anky.idempotent_requests USING (hospital_id = anky.current_hospital());
CREATE POLICY housekeeping ON anky.intents FOR SELECT USING (anky.is_housekeeping() AND state = 'running');
CREATE POLICY housekeeping_sees ON anky.idempotent_requests FOR SELECT USING (anky.is_housekeeping());
CREATE POLICY housekeeping_deletes ON anky.idempotent_requests FOR DELETE USING (anky.is_housekeeping());

GRANT SELECT, INSERT, UPDATE (state, finished_at) ON anky.intents TO anky_service;
GRANT SELECT, INSERT ON anky.signatures TO anky_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON anky.idempotent_requests TO anky_service;
