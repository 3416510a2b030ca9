-- Judging files is a scope of its own since verdicts are given; keys that sign, time-stamp or audit have it.

ALTER TABLE anky.api_keys NO FORCE ROW LEVEL SECURITY;
UPDATE anky.api_keys SET scopes = scopes || '["verify"]'::jsonb
  WHERE scopes ?| array['sign', 'timestamp', 'audit'] AND NOT scopes @> '["verify"]'::jsonb;
ALTER TABLE anky.api_keys FORCE ROW LEVEL SECURITY;
