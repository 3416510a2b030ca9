-- The audit log of each hospital: numbered without gaps, append-only for the service's role.

-- The last number given out; nobody but the triggers below, which run with the owner's rights, may touch it.
CREATE TABLE anky.audit_heads (
  hospital_id   uuid PRIMARY KEY REFERENCES anky.hospitals,
  last_sequence bigint NOT NULL DEFAULT 0
);

CREATE TABLE anky.audit_events (
  hospital_id    uuid NOT NULL REFERENCES anky.hospitals,
  sequence       bigint NOT NULL,
  "time"         timestamptz NOT NULL,
  actor          text NOT NULL,
  action         text NOT NULL,
  object         text NOT NULL,
  outcome        text NOT NULL CHECK (outcome IN ('success', 'refused', 'failed', 'voided')),
  request_id     text NOT NULL,
  -- Canonical JSON (RFC 8785), kept as text because these bytes are digested.
  content        text NOT NULL,
  content_digest text NOT NULL CHECK (content_digest ~ '^[0-9a-f]{64}$'),
  PRIMARY KEY (hospital_id, sequence)
);

-- Numbers the row under the lock of its hospital's head, held until the transaction ends, and digests it: SHA-256 over
-- the canonical JSON (RFC 8785) of the row. `to_json` of a text escapes exactly as RFC 8785, 3.2.2.2 asks.
CREATE FUNCTION anky.number_audit_event() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE anky.audit_heads SET last_sequence = last_sequence + 1
  WHERE hospital_id = NEW.hospital_id
  RETURNING last_sequence INTO NEW.sequence;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no audit log for this hospital' USING ERRCODE = 'foreign_key_violation';
  END IF;
  NEW.content_digest := encode(sha256(convert_to(
    '{"action":' || to_json(NEW.action)
    || ',"actor":' || to_json(NEW.actor)
    || ',"content":' || NEW.content
    || ',"hospitalId":' || to_json(NEW.hospital_id)
    || ',"object":' || to_json(NEW.object)
    || ',"outcome":' || to_json(NEW.outcome)
    || ',"requestId":' || to_json(NEW.request_id)
    || ',"sequence":' || NEW.sequence
    || ',"time":' || to_json(to_char(NEW."time" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    || '}', 'UTF8')), 'hex');
  RETURN NEW;
END
$$;

CREATE TRIGGER number_audit_event BEFORE INSERT ON anky.audit_events
  FOR EACH ROW EXECUTE FUNCTION anky.number_audit_event();

CREATE FUNCTION anky.open_audit_log() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO anky.audit_heads (hospital_id) VALUES (NEW.id);
  RETURN NULL;
END
$$;

CREATE TRIGGER open_audit_log AFTER INSERT ON anky.hospitals
  FOR EACH ROW EXECUTE FUNCTION anky.open_audit_log();

ALTER TABLE anky.audit_heads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE anky.audit_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON anky.audit_heads USING (hospital_id = anky.current_hospital());
CREATE POLICY tenant ON anky.audit_events USING (hospital_id = anky.current_hospital());

GRANT SELECT, INSERT ON anky.audit_events TO anky_service;
