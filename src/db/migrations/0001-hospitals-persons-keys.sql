-- Hospitals are the tenants: every row but the instance's belongs to one. Inside a transaction the setting
-- `anky.hospital` names the hospital whose rows can be seen and written; without it there are none.

GRANT USAGE ON SCHEMA anky TO anky_service;

CREATE FUNCTION anky.current_hospital() RETURNS uuid LANGUAGE sql STABLE
  RETURN nullif(current_setting('anky.hospital', true), '')::uuid;

-- Work that belongs to no hospital: intents that a crash left, what has lapsed. Only the policies named
-- `housekeeping` know it, each for what it must see or delete.
CREATE FUNCTION anky.is_housekeeping() RETURNS boolean LANGUAGE sql STABLE
  RETURN coalesce(current_setting('anky.scope', true) = 'housekeeping', false);

CREATE TABLE anky.hospitals (
  id         uuid PRIMARY KEY,
  code       text NOT NULL UNIQUE,
  name       text NOT NULL CHECK (name <> ''),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE anky.persons (
  id          uuid PRIMARY KEY,
  hospital_id uuid NOT NULL REFERENCES anky.hospitals,
  name        text NOT NULL CHECK (name <> ''),
  role        text NOT NULL CHECK (role IN ('administrator', 'approver', 'auditor', 'doctor', 'operator', 'client')),
  identifier  text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (hospital_id, id)
);

CREATE TABLE anky.credentials (
  id           uuid PRIMARY KEY,
  hospital_id  uuid NOT NULL REFERENCES anky.hospitals,
  person_id    uuid,
  holder       text NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('seal', 'staff')),
  algorithm    text NOT NULL,
  key_provider text NOT NULL CHECK (key_provider IN ('pkcs11', 'file')),
  key_id       text NOT NULL,
  -- Certificates in DER, as an array of base64, end entity first.
  chain        jsonb NOT NULL CHECK (jsonb_array_length(chain) > 0),
  disabled     boolean NOT NULL DEFAULT false,
  created_at   timestamptz NOT NULL DEFAULT now(),
  UNIQUE (hospital_id, id),
  FOREIGN KEY (hospital_id, person_id) REFERENCES anky.persons (hospital_id, id)
);

-- A key of 256 random bits is found by its SHA-256; the key itself is kept nowhere.
CREATE TABLE anky.api_keys (
  id              uuid PRIMARY KEY,
  hospital_id     uuid NOT NULL REFERENCES anky.hospitals,
  person_id       uuid,
  label           text NOT NULL,
  role            text NOT NULL CHECK (role IN ('administrator', 'approver', 'auditor', 'doctor', 'operator', 'client')),
  sha256          text NOT NULL UNIQUE CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  scopes          jsonb NOT NULL CHECK (jsonb_typeof(scopes) = 'array'),
  all_credentials boolean NOT NULL,
  revoked_at      timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (hospital_id, id),
  FOREIGN KEY (hospital_id, person_id) REFERENCES anky.persons (hospital_id, id)
);

-- The credentials that a key without `all_credentials` may use.
CREATE TABLE anky.api_key_credentials (
  hospital_id   uuid NOT NULL,
  api_key_id    uuid NOT NULL,
  credential_id uuid NOT NULL,
  PRIMARY KEY (api_key_id, credential_id),
  FOREIGN KEY (hospital_id, api_key_id) REFERENCES anky.api_keys (hospital_id, id),
  FOREIGN KEY (hospital_id, credential_id) REFERENCES anky.credentials (hospital_id, id)
);

ALTER TABLE anky.hospitals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE anky.persons ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE anky.credentials ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE anky.api_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE anky.api_key_credentials ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON anky.hospitals USING (id = anky.current_hospital());
CREATE POLICY tenant ON anky.persons USING (hospital_id = anky.current_hospital());
CREATE POLICY tenant ON anky.credentials USING (hospital_id = anky.current_hospital());
CREATE POLICY tenant ON anky.api_keys USING (hospital_id = anky.current_hospital());
CREATE POLICY tenant ON anky.api_key_credentials USING (hospital_id = anky.current_hospital());

-- Who presents a key's hash sees that key's row, whatever its hospital.
CREATE POLICY presented ON anky.api_keys FOR SELECT USING (sha256 = current_setting('anky.presented_key', true));

GRANT SELECT, INSERT ON
  anky.hospitals, anky.persons, anky.credentials, anky.api_keys, anky.api_key_credentials
TO anky_service;

-- The caller behind a presented key, as JSON, or null. Runs with the caller's rights, under the policies above.
CREATE FUNCTION anky.find_caller(presented text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  hospital uuid;
BEGIN
  PERFORM set_config('anky.presented_key', presented, true);
  SELECT hospital_id INTO hospital FROM anky.api_keys WHERE sha256 = presented AND revoked_at IS NULL;
  PERFORM set_config('anky.presented_key', '', true);
  IF hospital IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('anky.hospital', hospital::text, true);
  RETURN (
    SELECT jsonb_build_object(
      'apiKeyId', k.id,
      'hospitalId', h.id,
      'hospitalName', h.name,
      'role', k.role,
      'scopes', k.scopes,
      'allCredentials', k.all_credentials,
      'credentialIds', (
        SELECT coalesce(jsonb_agg(c.credential_id ORDER BY c.credential_id), '[]')
        FROM anky.api_key_credentials c
        WHERE c.api_key_id = k.id))
    FROM anky.api_keys k JOIN anky.hospitals h ON h.id = k.hospital_id
    WHERE k.sha256 = presented);
END
$$;
