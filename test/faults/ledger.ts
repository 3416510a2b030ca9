import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'

/** What the database holds of one document's signatures, read past the service, as its superuser. */
export interface Traces {
  readonly signatures: readonly { readonly id: string; readonly result_sha256: string }[]
  /** `told`: the outcome in the audit row that ended it. */
  readonly intents: readonly { readonly id: string; readonly state: string; readonly told: string | null }[]
}

export interface Ledger {
  /** By the documents' SHA-256. */
  of(documents: readonly string[]): Promise<ReadonlyMap<string, Traces>>
  /** Waits until nothing is running any more, five seconds at most, and gives what contradicts itself: nothing should. */
  contradictions(): Promise<string[]>
}

const SETTLE_MS = 5_000

export function openLedger(url: string): Ledger {
  const rows = async <T extends object>(statement: string, values: unknown[] = []): Promise<T[]> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query<T>(statement, values)).rows
    } finally {
      await client.end()
    }
  }
  return {
    async of(documents) {
      const found = await rows<Traces & { document: string }>(tracesOf, [documents])
      return new Map(found.map(({ document, ...traces }) => [document, traces]))
    },
    async contradictions() {
      const deadline = Date.now() + SETTLE_MS
      for (;;) {
        const running = await rows<{ what: string }>(stillRunning)
        if (running.length > 0 && Date.now() < deadline) await wait(100)
        else return [...running, ...(await rows<{ what: string }>(contradicting))].map(({ what }) => what)
      }
    },
  }
}

const tracesOf = `
  with told as (
    select content::jsonb ->> 'intentId' as intent, outcome from anky.audit_events
  ), made as (
    select document_sha256 as document, jsonb_agg(jsonb_build_object('id', id, 'result_sha256', result_sha256)) as list
    from anky.signatures group by 1
  ), meant as (
    select document_sha256 as document,
      jsonb_agg(jsonb_build_object('id', id, 'state', state, 'told', outcome) order by created_at) as list
    from anky.intents left join told on intent = id::text group by 1
  )
  select document, coalesce(made.list, '[]') as signatures, coalesce(meant.list, '[]') as intents
  from unnest($1::text[]) as document left join made using (document) left join meant using (document)`

const stillRunning = `
  select 'intent ' || id || ' is still running' as what from anky.intents where state = 'running'
  union all
  select 'request ' || key || ' is still running' from anky.idempotent_requests where answer_status is null`

/**
 * A signature without its audit row or its intent, an intent that ended otherwise than it says, an audit log with a gap:
 * one line each.
 */
const contradicting = `
  with audit as (
    select *, content::jsonb ->> 'intentId' as intent, content::jsonb ->> 'signatureId' as signature
    from anky.audit_events
  ), ends as (
    select intent, count(*) filter (where action = 'signature.create') as created,
      count(*) filter (where action = 'signature.void') as voided
    from audit group by intent
  ), intents as (
    select i.id, i.state, count(s.id) as signatures, coalesce(e.created, 0) as created, coalesce(e.voided, 0) as voided
    from anky.intents i
      left join anky.signatures s on s.intent_id = i.id
      left join ends e on e.intent = i.id::text
    group by i.id, i.state, e.created, e.voided
  )
  select 'intent ' || id || ' is ' || state || ' with ' || signatures || ' signatures, ' || created
    || ' audit rows of creation, ' || voided || ' of voiding' as what
  from intents
  where (state = 'done' and (signatures, created, voided) <> (1, 1, 0))
    or (state = 'void' and (signatures, created, voided) <> (0, 0, 1))
  union all
  select 'signature ' || s.id || ' has ' || count(a.sequence) || ' audit rows'
  from anky.signatures s left join audit a
    on a.signature = s.id::text and a.action = 'signature.create' and a.outcome = 'success'
  group by s.id having count(a.sequence) <> 1
  union all
  select 'audit row ' || a.sequence || ' tells of a signature that is not there'
  from audit a where a.signature is not null
    and not exists (select from anky.signatures s where s.id::text = a.signature)
  union all
  select 'signing request ' || r.id || ' has no signature of its own'
  from anky.signing_requests r where r.signature_id is not null
    and not exists (select from anky.signatures s where s.id = r.signature_id and s.signing_request_id = r.id)
  union all
  select 'the audit log of ' || h.hospital_id || ' ends at ' || h.last_sequence || ' and has ' || count(a.sequence)
    || ' rows up to ' || coalesce(max(a.sequence), 0)
  from anky.audit_heads h left join anky.audit_events a on a.hospital_id = h.hospital_id
  group by h.hospital_id, h.last_sequence
  having count(a.sequence) <> h.last_sequence or coalesce(max(a.sequence), 0) <> h.last_sequence`
